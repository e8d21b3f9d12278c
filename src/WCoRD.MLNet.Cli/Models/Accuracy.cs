using Microsoft.ML;

namespace WCoRD.MLNet.Cli.Models;

/// <summary>A model's accuracy on some rows.</summary>
/// <param name="Top1">Percent of rows whose class has the highest score.</param>
/// <param name="Top5">Percent of rows whose class is among the five highest scores.</param>
/// <param name="Count">The number of rows.</param>
internal sealed record Accuracy(double Top1, double Top5, long Count)
{
    public static Accuracy Measure(MLContext mlContext, ITransformer model, IDataView data)
    {
        Evaluation found = Evaluation.Of(mlContext, ModelFiles.Score(model, data));
        return new Accuracy(Math.Round(100 * found.Accuracy, 4), Math.Round(100 * found.TopFiveAccuracy ?? 100, 4), found.Count);
    }
}
