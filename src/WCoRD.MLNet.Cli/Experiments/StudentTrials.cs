using Microsoft.ML;
using Microsoft.ML.Data;
using WCoRD.MLNet.Cli.Models;
using WCoRD.MLNet.Cli.Output;

namespace WCoRD.MLNet.Cli.Experiments;

/// <summary>The ways in which one network learns: the same network, schedule and seeds for all.</summary>
/// <param name="mlContext">The environment.</param>
/// <param name="network">The student's network.</param>
/// <param name="epochs">Passes over the training rows.</param>
/// <param name="adjust">Sets what the command line says of the objective, for WCoRD.</param>
/// <param name="teacherPrecision">The numbers that a teacher computes with.</param>
/// <param name="cancellationToken">Stops a training.</param>
internal sealed class StudentTrials(MLContext mlContext, string network, int epochs, Action<WcordDistillationOptions> adjust, Precision teacherPrecision, CancellationToken cancellationToken)
{
    private const string Features = "Features";

    /// <summary>With the labels alone.</summary>
    public Trial Alone(Setting setting) => new(setting.Sees, "alone", Seeded: true, seed =>
        Measure(setting, FitAlone(setting, setting.Train, epochs, seed)));

    /// <summary>With labels and soft targets.</summary>
    public Trial Kd(Setting setting, Teacher teacher) => Distilled(setting, "KD", teacher, Kd);

    /// <summary>With labels, contrastive transfer and soft targets.</summary>
    public Trial WcordKd(Setting setting, Teacher teacher) => Distilled(setting, "WCoRD+KD", teacher, WcordKd);

    /// <summary>With a share of the labels alone, in as many steps as the others.</summary>
    public Trial AloneWithShare(Setting setting, double share) => new(setting.Sees, Invariant($"alone, {share:P0} of the labels"), Seeded: true, seed =>
        Measure(setting, FitAlone(setting, DataRows.Share(mlContext, setting.Train, share), (int)Math.Round(epochs / share), seed)));

    /// <summary>With soft targets and no label, then a linear probe.</summary>
    public Trial KdProbed(Setting setting, Teacher teacher, double share) => Probed(setting, "KD", teacher, share, Kd);

    /// <summary>With contrastive transfer and no label, then a linear probe.</summary>
    public Trial WcordProbed(Setting setting, Teacher teacher, double share) => Probed(setting, "WCoRD", teacher, share, adjust);

    /// <summary>With contrastive transfer, soft targets and no label, then a linear probe.</summary>
    public Trial WcordKdProbed(Setting setting, Teacher teacher, double share) => Probed(setting, "WCoRD+KD", teacher, share, WcordKd);

    /// <summary>Trains a network with the labels alone.</summary>
    public NetworkTransformer FitAlone(Setting setting, IDataView train, int passes, int seed, string? otherNetwork = null)
    {
        var options = new NetworkTrainingOptions { Network = otherNetwork ?? network, Epochs = passes };
        return Fit(setting, options, train, $"{options.Network} alone", seed, () => new NetworkTrainingEstimator(mlContext, options));
    }

    private static void Kd(WcordDistillationOptions options) => (options.GlobalWeight, options.LocalWeight, options.SoftTargetWeight) = (0, 0, 1);

    private void WcordKd(WcordDistillationOptions options)
    {
        adjust(options);
        options.SoftTargetWeight = 1;
    }

    private Trial Distilled(Setting setting, string method, Teacher teacher, Action<WcordDistillationOptions> weigh) => new(setting.Sees, method, Seeded: true, seed =>
        Measure(setting, FitDistilled(setting, method, teacher, weigh, seed)));

    private Trial Probed(Setting setting, string method, Teacher teacher, double share, Action<WcordDistillationOptions> weigh) =>
        new(setting.Sees, Invariant($"{method} without labels, probe on {share:P0}"), Seeded: true, seed =>
        {
            using NetworkTransformer student = FitDistilled(setting, method, teacher, Unlabelled, seed);
            ITransformer probe = Probe.Fit(mlContext, student, Features, DataRows.Share(mlContext, setting.Train, share));
            return Accuracy.Measure(mlContext, new TransformerChain<ITransformer>(student, probe), setting.Test);

            void Unlabelled(WcordDistillationOptions options)
            {
                weigh(options);
                options.LabelColumnName = null;
            }
        });

    private Accuracy Measure(Setting setting, NetworkTransformer student)
    {
        using (student)
        {
            return Accuracy.Measure(mlContext, student, setting.Test);
        }
    }

    private NetworkTransformer FitDistilled(Setting setting, string method, Teacher teacher, Action<WcordDistillationOptions> weigh, int seed)
    {
        var options = new WcordDistillationOptions
        {
            Student = network,
            Epochs = epochs,
            TeacherInputColumnName = setting.TeacherColumn == setting.StudentColumn ? null : setting.TeacherColumn,
            TeacherPrecision = teacherPrecision,
            AlignedInputs = setting.Aligned,
        };
        weigh(options);
        return Fit(setting, options, setting.Train, $"{network} {method}", seed, () => new WcordDistillationEstimator(mlContext, teacher, options));
    }

    private NetworkTransformer Fit(Setting setting, TrainingOptions options, IDataView train, string name, int seed, Func<IEstimator<NetworkTransformer>> makeTrainer)
    {
        options.InputColumnName = setting.StudentColumn;
        options.Seed = seed;
        options.CancellationToken = cancellationToken;
        // With a teacher of another size, the library counts crops in the larger image's pixels: the default then is the same crop.
        options.CropPadding = options is NetworkTrainingOptions ? setting.CropPadding : options.CropPadding;
        options.HorizontalFlip = setting.Aligned;
        return TrainingDisplay.Run(mlContext, options, Invariant($"{setting.Sees}, {name}, seed {seed}"), json: true, () => makeTrainer().Fit(train));
    }
}
