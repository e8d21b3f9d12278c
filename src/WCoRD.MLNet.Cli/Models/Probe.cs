using Microsoft.ML;

namespace WCoRD.MLNet.Cli.Models;

/// <summary>A linear classifier of a network's features: an ordinary trainer of ML.NET on an ordinary column.</summary>
internal static class Probe
{
    public static ITransformer Fit(MLContext mlContext, ITransformer model, string featuresColumnName, IDataView labelled) =>
        mlContext.Transforms.NormalizeMeanVariance(featuresColumnName)
            .Append(mlContext.MulticlassClassification.Trainers.LbfgsMaximumEntropy("Label", featuresColumnName))
            .Fit(model.Transform(labelled));
}
