using Microsoft.ML;

namespace Photographs;

/// <summary>The usual way of ML.NET: features of a ResNet18 that learned ImageNet, and a linear classifier of them.</summary>
internal static class FeaturizedPhotographs
{
    public const string Features = "TeacherFeatures";
    public const string Scores = "TeacherScore";
    private const int Side = 224;

    public static Contender Train(MLContext mlContext, IDataView train)
    {
        ITransformer features = mlContext.Transforms.LoadImages("Image", imageFolder: null, "ImagePath")
            .Append(mlContext.Transforms.ResizeImages("Image", Side, Side))
            .Append(mlContext.Transforms.ExtractPixels("ImagePixels", "Image"))
            .Append(mlContext.Transforms.DnnFeaturizeImage(
                Features, input => input.ModelSelector.ResNet18(mlContext, input.OutputColumn, input.InputColumn), "ImagePixels"))
            .Fit(train);

        // A trainer of many passes: the network is to see each photograph once.
        IDataView seen = mlContext.Data.Cache(features.Transform(train), "Label", Features);
        ITransformer classifier = mlContext.MulticlassClassification.Trainers.LbfgsMaximumEntropy("Label", Features)
            // A student writes a Score of its own beside it.
            .Append(mlContext.Transforms.CopyColumns(Scores, "Score"))
            .Fit(seen);
        return new Contender("ResNet18 features + LbfgsMaximumEntropy", features.Append(classifier));
    }
}
