using Microsoft.ML;
using Microsoft.ML.Data;

namespace WCoRD.MLNet.Cli.Models;

/// <summary>A model's accuracy on some rows.</summary>
/// <param name="Top1">Percent of rows whose class has the highest score.</param>
/// <param name="Top5">Percent of rows whose class is among the five highest scores.</param>
/// <param name="Count">The number of rows.</param>
internal sealed record Accuracy(double Top1, double Top5, long Count)
{
    public static Accuracy Measure(MLContext mlContext, ITransformer model, IDataView data)
    {
        MulticlassClassificationMetrics metrics = mlContext.MulticlassClassification.Evaluate(ModelFiles.Score(model, data), topKPredictionCount: 5);
        // The confusion matrix counts every row once.
        double count = metrics.ConfusionMatrix.Counts.Sum(row => row.Sum());
        return new Accuracy(Math.Round(100 * metrics.MicroAccuracy, 4), Math.Round(100 * metrics.TopKAccuracy, 4), (long)Math.Round(count));
    }
}
