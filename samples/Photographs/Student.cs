using Microsoft.ML;
using WCoRD.MLNet;

namespace Photographs;

/// <summary>The small network, alone and taught, on the same views: one recipe for both.</summary>
internal static class Student
{
    /// <summary>Height and width of what it sees.</summary>
    public const int Side = 48;

    /// <summary>The views of each photograph.</summary>
    public const int Views = 8;

    private const string Network = "resnet14";

    public static ITransformer TrainAlone(MLContext mlContext, IDataView views, int seed) =>
        Fit(mlContext, views, new NetworkTrainingEstimator(mlContext, With(new NetworkTrainingOptions { Network = Network }, seed)));

    public static ITransformer Train(MLContext mlContext, IDataView taught, int seed)
    {
        using Teacher teacher = Teacher.FromColumns(FeaturizedPhotographs.Features, FeaturizedPhotographs.Scores);
        var options = new WcordDistillationOptions { Student = Network, SoftTargetWeight = 1 };
        return Fit(mlContext, taught, new WcordDistillationEstimator(mlContext, teacher, With(options, seed)));
    }

    private static T With<T>(T options, int seed)
        where T : TrainingOptions
    {
        (options.Epochs, options.BatchSize, options.Seed) = (8, 32, seed);
        (options.Nesterov, options.Schedule) = (true, ScheduleKind.Cosine);
        // The views are the augmentation.
        options.Augmentation = AugmentationKind.None;
        return options;
    }

    private static ITransformer Fit(MLContext mlContext, IDataView rows, IEstimator<NetworkTransformer> trainer) =>
        mlContext.Transforms.LoadPixels("Pixels", "ImagePath", Side, Side).Append(trainer).Fit(rows);
}
