using Microsoft.ML;
using Microsoft.ML.Data;
using WCoRD.MLNet.Cli.Output;

namespace WCoRD.MLNet.Cli.Models;

/// <summary>What a model says of one row.</summary>
/// <param name="Row">The row's position in the data, or among those taken by a limit, from 0.</param>
/// <param name="Label">The row's own class.</param>
/// <param name="Predicted">The most probable class.</param>
/// <param name="Probability">Its probability.</param>
internal sealed record Prediction(long Row, string Label, string Predicted, float Probability)
{
    /// <summary>Reads predictions one by one.</summary>
    /// <param name="scored">The rows with the model's scores.</param>
    /// <param name="first">The position of the first: that of a later part is not 0.</param>
    public static IEnumerable<Prediction> Read(IDataView scored, long first = 0)
    {
        DataViewSchema.Column label = scored.Schema["Label"];
        DataViewSchema.Column predicted = scored.Schema["PredictedLabel"];
        DataViewSchema.Column score = scored.Schema["Score"];
        string[] labels = Names(label);
        // Names of scores are text, whatever the key values are.
        string[] classes = SlotText.Of(score);
        using DataViewRowCursor cursor = scored.GetRowCursor([label, predicted, score]);
        ValueGetter<uint> getLabel = cursor.GetGetter<uint>(label);
        ValueGetter<uint> getPredicted = cursor.GetGetter<uint>(predicted);
        ValueGetter<VBuffer<float>> getScore = cursor.GetGetter<VBuffer<float>>(score);
        VBuffer<float> scores = default;
        uint labelKey = 0, predictedKey = 0;
        for (long row = first; cursor.MoveNext(); row++)
        {
            getLabel(ref labelKey);
            getPredicted(ref predictedKey);
            getScore(ref scores);
            float probability = predictedKey == 0 ? float.NaN : scores.GetItemOrDefault((int)predictedKey - 1);
            yield return new Prediction(row, NameOf(labels, labelKey), NameOf(classes, predictedKey), probability);
        }
    }

    /// <summary>Writes predictions to a file.</summary>
    /// <returns>How many.</returns>
    public static int WriteCsv(string path, IEnumerable<Prediction> predictions) => Csv.Write(
        path,
        "row,label,predicted,probability",
        predictions.Select(row => Invariant($"{row.Row},{Csv.Quote(row.Label)},{Csv.Quote(row.Predicted)},{row.Probability:R}")));

    public override string ToString() =>
        Invariant($"{Row,6}  {Label,-24} {Predicted,-24} {100 * Probability,6:F2} %");

    private static string[] Names(DataViewSchema.Column column)
    {
        VBuffer<ReadOnlyMemory<char>> names = default;
        column.GetKeyValues(ref names);
        return [.. names.DenseValues().Select(name => name.ToString())];
    }

    private static string NameOf(string[] names, uint key) => key == 0 || key > names.Length ? "" : names[key - 1];
}
