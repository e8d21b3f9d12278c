using Microsoft.ML;
using WCoRD.MLNet;

namespace Photographs;

/// <summary>The small network, alone and taught: one recipe for both.</summary>
internal static class Student
{
    public const int Side = 48;
    private const string Network = "resnet14";

    public static Contender TrainAlone(MLContext mlContext, IDataView train, int seed) => Fit(
        mlContext, train, Invariant($"{Network} alone, seed {seed}"), new NetworkTrainingEstimator(mlContext, With(new NetworkTrainingOptions { Network = Network }, seed)));

    public static Contender Train(MLContext mlContext, IDataView taught, int seed)
    {
        using Teacher teacher = Teacher.FromColumns(FeaturizedPhotographs.Features, FeaturizedPhotographs.Scores);
        var options = new WcordDistillationOptions { Student = Network, SoftTargetWeight = 1 };
        return Fit(mlContext, taught, Invariant($"{Network} taught by WCoRD+KD, seed {seed}"), new WcordDistillationEstimator(mlContext, teacher, With(options, seed)));
    }

    private static T With<T>(T options, int seed)
        where T : TrainingOptions
    {
        (options.Epochs, options.BatchSize, options.Seed) = (60, 32, seed);
        (options.Nesterov, options.Schedule) = (true, ScheduleKind.Cosine);
        (options.Augmentation, options.CropScale, options.ColorJitter) = (AugmentationKind.RandomResizedCrop, 0.4, 0.2);
        return options;
    }

    private static Contender Fit(MLContext mlContext, IDataView rows, string name, IEstimator<NetworkTransformer> trainer) => new(
        name, mlContext.Transforms.LoadPixels("Pixels", "ImagePath", Side, Side).Append(trainer).Fit(rows));
}
