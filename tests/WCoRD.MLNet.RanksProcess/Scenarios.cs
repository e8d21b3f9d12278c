using Microsoft.ML;
using TorchSharp;
using WCoRD.MLNet.Tests;
using static TorchSharp.torch;

namespace WCoRD.MLNet.RanksProcess;

/// <summary>Trainings that several ranks must end as one process does.</summary>
internal static class Scenarios
{
    private const int Rows = 100;

    /// <summary>Trains alone, then together with the others.</summary>
    public static Difference Compare(string name, Communicator ranks)
    {
        using NetworkTransformer alone = Fit(name, null), together = Fit(name, ranks);
        EpochMetrics[] one = [.. alone.History!.Epochs], all = [.. together.History!.Epochs];
        return new Difference(
            WorstWeight(alone, together),
            one.Zip(all, (a, b) => Math.Abs(a.Loss - b.Loss) / Math.Max(1, Math.Abs(a.Loss))).Max(),
            one.Zip(all, (a, b) => Math.Abs((a.ValidationAccuracy ?? 0) - (b.ValidationAccuracy ?? 0))).Max());
    }

    /// <summary>The teacher of all scenarios: untrained, and the same in every process.</summary>
    public static NetworkTeacher Teacher(ulong seed = 7)
    {
        using var generator = new Generator(seed);
        return MLNet.Teacher.FromNetwork(NetworkCatalog.Create("resnet14", 4, 3, generator), InputNormalization.Cifar100);
    }

    private static NetworkTransformer Fit(string name, Communicator? ranks)
    {
        var mlContext = new MLContext(seed: 1);
        IDataView rows = TinyImages.View(mlContext, Rows);
        using NetworkTeacher teacher = Teacher();
        if (name == "alone")
        {
            return new NetworkTrainingEstimator(mlContext, Given(new NetworkTrainingOptions { Network = "resnet8" }, ranks)).Fit(rows);
        }

        if (name == "columns")
        {
            // Features and probabilities that were written down before.
            IDataView scored = new NetworkTrainingEstimator(mlContext, Given(new NetworkTrainingOptions { Network = "resnet8", FeaturesColumnName = "Known" }, null))
                .Fit(rows).Transform(rows);
            var options = Given(new WcordDistillationOptions { Student = "resnet8", ScoreColumnName = "Found", PredictedLabelColumnName = "FoundLabel" }, ranks);
            return new WcordDistillationEstimator(mlContext, MLNet.Teacher.FromColumns("Known", "Score"), options).Fit(scored);
        }

        if (Distillers.Names.Contains(name) && name is not "wcord" and not "crd")
        {
            var options = new DistillationOptions { Student = "resnet8", Objectives = [Distillers.Named(name)], InitialEpochs = 1 };
            return new DistillationEstimator(mlContext, teacher, Given(options, ranks)).Fit(rows);
        }

        return new WcordDistillationEstimator(mlContext, teacher, Change(name, Given(new WcordDistillationOptions { Student = "resnet8" }, ranks))).Fit(rows);
    }

    private static T Given<T>(T options, Communicator? ranks)
        where T : TrainingOptions
    {
        options.Communicator = ranks;
        (options.Epochs, options.BatchSize, options.Seed, options.CropPadding) = (2, 16, 1, 1);

        // At usual rates, what two orders of the same sum differ by grows threefold in a step.
        options.LearningRate = 1e-4;
        if (options is StudentTrainingOptions student)
        {
            student.SoftTargetWeight = 1;
        }

        return options;
    }

    private static WcordDistillationOptions Change(string name, WcordDistillationOptions options)
    {
        switch (name)
        {
            // 52 steps.
            case "resnet8" or "vgg8":
                (options.Student, options.Epochs, options.BatchSize) = (name, 13, 25);
                break;
            case "resnet8-apart":
                (options.Epochs, options.BatchSize, options.SynchronizeBatchNorm) = (13, 25, false);
                break;
            case "crd":
                options.Critic = CriticForm.Nce;
                break;
            case "dual":
                (options.Critic, options.SharedNegatives, options.Negatives) = (CriticForm.Dual, true, 20);
                break;
            case "queue":
                (options.QueueLength, options.Negatives) = (24, null);
                break;
            case "seeded":
                (options.SeedBank, options.BankPrecision) = (true, Precision.BFloat16);
                break;
            case "mixup":
                (options.GlobalWeight, options.MixUp, options.ColorJitter) = (0, 0.5, 0.4);
                break;
            case "dropout":
                options.Student = "mobilenet_v3_small";
                (options.Epochs, options.BatchSize) = (1, 32);
                break;
            case "droppath":
                options.Student = "efficientnet_b0";

                // So deep a network, untrained, has gradients of many thousands.
                (options.Epochs, options.BatchSize, options.LearningRate) = (1, 100, 1e-6);
                break;
            case "adam":
                (options.Optimizer, options.WeightAveraging, options.MaxGradientNorm) = (OptimizerKind.AdamW, 0.9, 0.5);
                break;
            case "validated":
                (options.ValidationFraction, options.EarlyStoppingEpochs, options.Epochs) = (0.2, 2, 4);
                break;
            case "stored":
                (options.StoredViews, options.Augmentation, options.CropScale) = (2, AugmentationKind.RandomResizedCrop, 0.5);
                break;
            case "bfloat16":
                (options.Precision, options.TeacherPrecision) = (Precision.BFloat16, Precision.Float32);
                break;

            // The last step has two examples, fewer than there may be ranks.
            case "rest":
                options.BatchSize = 49;
                break;
            default:
                throw new ArgumentException($"There is no scenario '{name}'.", nameof(name));
        }

        return options;
    }

    private static double WorstWeight(NetworkTransformer one, NetworkTransformer other)
    {
        using var scope = NewDisposeScope();
        IReadOnlyDictionary<string, Tensor> first = Read(one), second = Read(other);
        return first.Keys
            .Where(key => first[key].is_floating_point() && !key.Contains("running"))
            .Max(key => (first[key] - second[key]).abs().max().ToDouble());
    }

    private static IReadOnlyDictionary<string, Tensor> Read(NetworkTransformer model)
    {
        using var stream = new MemoryStream(model.Weights.ToArray());
        return Safetensors.Read(stream, model.Network);
    }
}
