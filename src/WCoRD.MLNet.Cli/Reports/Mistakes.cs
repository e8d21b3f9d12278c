using Microsoft.ML;
using Microsoft.ML.Data;

namespace WCoRD.MLNet.Cli.Reports;

/// <summary>Images that a model takes for another class than theirs, class by class.</summary>
internal static class Mistakes
{
    private const int Shown = 12;
    private const string Pixels = "Pixels";

    /// <summary>The first mistakes of each class that has some, the worst class first.</summary>
    /// <param name="mlContext">The environment.</param>
    /// <param name="scored">Rows with their images, labels and scores.</param>
    /// <param name="evaluation">The same rows, counted.</param>
    public static IEnumerable<(string Class, int Count, DataPreview Preview)> Of(
        MLContext mlContext, IDataView scored, Evaluation evaluation)
    {
        if (scored.Schema.GetColumnOrNull(Pixels) is not { } pixels)
        {
            yield break;
        }

        var definition = SchemaDefinition.Create(typeof(Mistake));
        definition[Pixels].ColumnType = pixels.Type;
        foreach (IGrouping<string, Mistake> ofClass in Read(scored, evaluation)
            .GroupBy(mistake => mistake.Label)
            .OrderByDescending(group => group.Count()))
        {
            IDataView rows = mlContext.Data.LoadFromEnumerable(ofClass.Take(Shown), definition);
            yield return (ofClass.Key, ofClass.Count(), DataPreview.Of(rows, Shown));
        }
    }

    private static IEnumerable<Mistake> Read(IDataView scored, Evaluation evaluation)
    {
        string[] columns = [Pixels, "Label", "PredictedLabel", "Score"];
        using DataViewRowCursor cursor = scored.GetRowCursor(columns.Select(name => scored.Schema[name]));
        ValueGetter<VBuffer<byte>> getPixels = cursor.GetGetter<VBuffer<byte>>(scored.Schema[Pixels]);
        ValueGetter<uint> getLabel = cursor.GetGetter<uint>(scored.Schema["Label"]);
        ValueGetter<uint> getPredicted = cursor.GetGetter<uint>(scored.Schema["PredictedLabel"]);
        ValueGetter<VBuffer<float>> getScore = cursor.GetGetter<VBuffer<float>>(scored.Schema["Score"]);
        (VBuffer<byte> pixels, uint label, uint predicted, VBuffer<float> score) = (default, 0, 0, default);
        while (cursor.MoveNext())
        {
            getLabel(ref label);
            getPredicted(ref predicted);
            if (label == 0 || predicted == 0 || label == predicted)
            {
                continue;
            }

            getPixels(ref pixels);
            getScore(ref score);
            yield return new Mistake
            {
                Pixels = [.. pixels.DenseValues()],
                Label = evaluation.ClassNames[(int)label - 1],
                PredictedLabel = evaluation.ClassNames[(int)predicted - 1],
                Probability = Invariant($"{score.GetItemOrDefault((int)predicted - 1):P0}"),
            };
        }
    }

    private sealed class Mistake
    {
        public byte[] Pixels { get; init; } = [];

        public string Label { get; init; } = "";

        public string PredictedLabel { get; init; } = "";

        public string Probability { get; init; } = "";
    }
}
