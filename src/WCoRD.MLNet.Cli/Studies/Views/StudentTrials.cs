using Microsoft.ML;
using Microsoft.ML.Data;
using WCoRD.MLNet.Cli.Models;
using WCoRD.MLNet.Cli.Output;

namespace WCoRD.MLNet.Cli.Studies.Views;

/// <summary>The ways in which one network learns: the same network, schedule and seeds for all.</summary>
/// <param name="mlContext">The environment.</param>
/// <param name="study">What all trials share.</param>
/// <param name="network">The student's network.</param>
/// <param name="folder">Where checkpoints are kept; null: nowhere.</param>
/// <param name="cancellationToken">Stops a training.</param>
internal sealed class StudentTrials(
    MLContext mlContext, Study study, string network, TrialFolder? folder, CancellationToken cancellationToken)
{
    private const string Features = "Features";
    private static readonly Method Alone = Method.Parse(Method.None);

    /// <summary>What tables call the methods.</summary>
    private static readonly Dictionary<string, string> Titles = new()
    {
        ["kd"] = "KD",
        ["wcord"] = "WCoRD",
        ["wcord+kd"] = "WCoRD+KD",
        ["hint"] = "FitNet",
    };

    /// <summary>With the labels alone; with labels and soft targets; with labels, contrastive transfer and soft targets.</summary>
    public IEnumerable<Trial> Supervised(Setting setting, Teacher teacher) =>
    [
        new(setting.Sees, "alone", Seeded: true, seed => Measure(setting, FitAlone(setting, setting.Train, Epochs, seed, network))),
        Distilled(setting, "kd", teacher),
        Distilled(setting, "wcord+kd", teacher),
    ];

    /// <summary>With the labels alone; with labels and what takes a teacher's features or maps, whatever its classes.</summary>
    public IEnumerable<Trial> ByFeatures(Setting setting, Teacher teacher) =>
    [
        new(setting.Sees, "alone", Seeded: true, seed => Measure(setting, FitAlone(setting, setting.Train, Epochs, seed, network))),
        Distilled(setting, "wcord", teacher),
        Distilled(setting, "hint", teacher),
    ];

    /// <summary>
    /// With a share of the labels alone, in as many steps as the others; without labels by each way, then a linear probe on that share.
    /// </summary>
    public IEnumerable<Trial> Unlabelled(Setting setting, Teacher teacher, double share) =>
    [
        new(setting.Sees, Invariant($"alone, {share:P0} of the labels"), Seeded: true, seed =>
            Measure(
                setting,
                FitAlone(setting, DataRows.Share(setting.Train, share), (int)Math.Round(Epochs / share), seed, network))),
        Probed(setting, "kd", teacher, share),
        Probed(setting, "wcord", teacher, share),
        Probed(setting, "wcord+kd", teacher, share),
    ];

    /// <summary>Trains a network with the labels alone.</summary>
    public NetworkTransformer FitAlone(Setting setting, IDataView train, int passes, int seed, string learner)
    {
        TrainingOptions options = study.CreateOptions(Alone, learner);
        options.Epochs = passes;
        options.CropPadding = setting.CropPadding;
        return Fit(setting, options, teacher: null, train, $"{learner} alone", seed);
    }

    private int Epochs => study.CreateOptions(Alone, network).Epochs;

    private Trial Distilled(Setting setting, string method, Teacher teacher) => new(setting.Sees, Titles[method], Seeded: true, seed =>
        Measure(setting, FitDistilled(setting, method, teacher, seed, labelled: true)));

    private Trial Probed(Setting setting, string method, Teacher teacher, double share) =>
        new(setting.Sees, Invariant($"{Titles[method]} without labels, probe on {share:P0}"), Seeded: true, seed =>
        {
            using NetworkTransformer student = FitDistilled(setting, method, teacher, seed, labelled: false);
            ITransformer probe = Probe.Fit(mlContext, student, Features, DataRows.Share(setting.Train, share));
            return Accuracy.Measure(mlContext, new TransformerChain<ITransformer>(student, probe), setting.Test);
        });

    private Accuracy Measure(Setting setting, NetworkTransformer student)
    {
        using (student)
        {
            return Accuracy.Measure(mlContext, student, setting.Test);
        }
    }

    private NetworkTransformer FitDistilled(Setting setting, string method, Teacher teacher, int seed, bool labelled)
    {
        // With a teacher of another size, the library counts crops in the larger image's pixels: the default then is the same crop as
        // alone.
        var options = (StudentTrainingOptions)study.CreateOptions(Method.Parse(method), network);
        options.TeacherInputColumnName = setting.TeacherColumn == setting.StudentColumn ? null : setting.TeacherColumn;
        options.TeacherInputShape = setting.TeacherShape;
        options.LabelColumnName = labelled ? options.LabelColumnName : null;
        return Fit(setting, options, teacher, setting.Train, $"{network} {Titles[method]}", seed);
    }

    private NetworkTransformer Fit(Setting setting, TrainingOptions options, Teacher? teacher, IDataView train, string name, int seed)
    {
        options.InputColumnName = setting.StudentColumn;
        options.Seed = seed;
        options.CancellationToken = cancellationToken;
        options.Augmentation = setting.Aligned ? options.Augmentation : AugmentationKind.None;
        string shown = Invariant($"{setting.Sees}, {name}, seed {seed}");
        folder?.KeepCheckpoints(options, shown);
        return TrainingDisplay.Run(mlContext, options, shown, json: true, () => Trainers.Create(mlContext, teacher, options).Fit(train));
    }
}
