using Microsoft.ML;
using Microsoft.ML.TorchSharp;
using KeyOrdinality = Microsoft.ML.Transforms.ValueToKeyMappingEstimator.KeyOrdinality;

namespace WCoRD.MLNet.Tests;

/// <summary>Short sentences of a few classes, and a classifier of them.</summary>
internal static class Captions
{
    public static readonly string[] Names = ["circle", "hexagon", "square", "triangle"];
    private static readonly string[] Begins = ["a", "the", "one", "this"];
    private static readonly string[] Ends = ["", " here", " in red"];

    /// <summary>What a row says of a thing of a class.</summary>
    public static string Of(int label, int row) => $"{Begins[row % Begins.Length]} {Names[label]}{Ends[row / Begins.Length % Ends.Length]}";

    /// <summary>Sentences with labels, and no pictures.</summary>
    public static IDataView Labelled(MLContext mlContext, int rows)
    {
        IDataView view = mlContext.Data.LoadFromEnumerable(Enumerable.Range(0, rows).Select(row => new Caption
        {
            Text = Of(row % Names.Length, row / Names.Length),
            Class = Names[row % Names.Length],
        }));
        return mlContext.Transforms.Conversion.MapValueToKey("Label", "Class", keyOrdinality: KeyOrdinality.ByValue).Fit(view).Transform(view);
    }

    /// <summary>Reads <c>Text</c> and writes <c>TextScore</c> and <c>TextLabel</c>. 128 rows and 6 epochs make it know the classes, in some ten seconds.</summary>
    public static ITransformer Classifier(MLContext mlContext, int rows, int epochs)
    {
        TextWeights.Write(mlContext);
        return mlContext.MulticlassClassification.Trainers
            .TextClassification(scoreColumnName: "TextScore", outputColumnName: "TextLabel", sentence1ColumnName: "Text", batchSize: 8, maxEpochs: epochs)
            .Fit(Labelled(mlContext, rows));
    }

    internal sealed class Caption
    {
        public string Text { get; set; } = "";

        public string Class { get; set; } = "";
    }
}
