using System.Globalization;
using System.Reflection;
using Microsoft.ML;
using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>A training of rows that were read: planned, checked, run, and described.</summary>
internal sealed class TrainingRun : IDisposable
{
    private const double UsualAdamRate = 0.01;
    private readonly TrainingOptions _options;
    private readonly BoundColumns _columns;
    private readonly TrainingRows _rows;
    private readonly TrainingSaves? _saves;
    private readonly TrainingChannel _channel;
    private readonly TeacherOutputs? _teacher;
    private readonly StoredViews? _stored;
    private readonly TrainingPlan _plan;
    private readonly TrainingExamples _examples;
    private readonly Dictionary<string, string> _identity;
    private readonly int _labelled;
    private readonly double _chance;

    /// <param name="rows">The rows; they stay their owner's.</param>
    /// <param name="columns">Their columns.</param>
    /// <param name="options">The options.</param>
    /// <param name="saves">Where checkpoints go, and what to go on from; null: none.</param>
    /// <param name="channel">Told what is chosen.</param>
    /// <param name="streams">Derives every random stream.</param>
    /// <exception cref="ArgumentException">The teacher or an objective does not fit the rows.</exception>
    /// <exception cref="InvalidOperationException">The checkpoint to go on from is of another run.</exception>
    public TrainingRun(
        TrainingRows rows,
        BoundColumns columns,
        TrainingOptions options,
        TrainingSaves? saves,
        TrainingChannel channel,
        RandomStreams streams)
    {
        (_rows, _columns, _options, _saves, _channel) = (rows, columns, options, saves, channel);
        ImageColumn image = columns.Image;
        Device device = rows.Set.Device;
        var choice = new PrecisionChoice(saves?.Resumed?.Position.Run, channel.Say, channel.Ranks);
        _teacher = columns.Teacher?.CreateOutputs(rows.TeacherValues, choice, device, channel.Warn, channel.Ranks);
        try
        {
            Precision precision = choice.For(
                options.Precision,
                "student",
                tried => LowPrecisionStudent.Measure(
                    options.NetworkName,
                    columns.Classes,
                    [options.BatchSize, image.Channels, image.Height, image.Width],
                    tried,
                    device),
                device);
            _identity = new([.. rows.Run, .. choice.Made]);
            if (columns.Initial is { } initial)
            {
                _identity.Add("initial weights", initial.Identity);
            }

            channel.Ranks?.CheckAlike(Provenance());
            saves?.Identify(_identity, channel.Say);
            long[] labels = rows.Set.LabelsOf(rows.Training);
            _labelled = labels.Count(label => label != DistillationStep.NoLabel);
            _chance = _labelled == 0 ? 0 : Chance.Of(labels);
            _plan = CreatePlan(streams, precision, labels);
            _plan.To(device);
            _stored = OpenViews();
            _examples = new TrainingExamples(
                rows.Set,
                rows.Training,
                columns.Teacher?.StudentViews ?? Augmentation.Of(options, image),
                _teacher,
                _stored);
            CheckEpochs();
            WarnOfFastAdam();
            channel.Say(Invariant($"{options.NetworkName}: {rows.Training.Length} training rows, ")
                + Invariant($"{rows.Validation.Rows.Length} validation rows, {columns.Classes} classes, seed {streams.Seed}"));
            if (columns.Teacher is { } teacher && _teacher is not null)
            {
                new TeacherCheck(teacher.Name, _teacher, teacher.Shapes.Classes).Run(_examples, channel);
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Trains to the end, or until cancelled.</summary>
    public TrainingHistory Train()
    {
        var trainer = new Trainer(_options, _plan, _examples, _saves, _channel);
        IReadOnlyList<EpochMetrics> epochs = trainer.Train(_rows.Validation, metrics =>
        {
            _channel.Say(Line(metrics));
            WarnAtChance(metrics);
            _options.Progress?.Report(metrics);
        });
        if (trainer.ReturnedEpoch is { } returned)
        {
            _channel.Say(Invariant($"of {epochs.Count} epochs, {returned} was the best on the validation rows: the model is that of it"));
        }

        return new TrainingHistory
        {
            Seed = _plan.Streams.Seed,
            Epochs = epochs,
            ReturnedEpoch = trainer.ReturnedEpoch,
            Run = Provenance(),
            Ended = DateTimeOffset.UtcNow,
            Transport = ShownTransport.Find(_plan, _examples, _columns.Label?.ClassNames),
        };
    }

    /// <summary>Describes the trained network.</summary>
    public (ModelDescription Description, byte[] Weights) Describe()
    {
        ImageColumn image = _columns.Image;
        (string? score, string? predictedLabel, string? features) = _options.Added;
        var description = new ModelDescription(
            _options.NetworkName,
            image.Channels,
            image.Height,
            image.Width,
            _columns.Classes,
            _columns.Label?.Values,
            _rows.Normalization,
            _options.InputColumnName,
            score,
            predictedLabel,
            features,
            _options.ScoringBatchSize);
        return (description, NetworkWeights.Save(_plan.Network));
    }

    public void Dispose()
    {
        _plan?.Dispose();
        _stored?.Dispose();
        _teacher?.Dispose();
    }

    private StoredViews? OpenViews()
    {
        if (_columns.Teacher is not { } teacher || _teacher is null || _options is not StudentTrainingOptions { StoredViews: > 0 } options)
        {
            return null;
        }

        if (_plan.Objective.Terms.FirstOrDefault(term => term.ReadsMaps) is { } reading)
        {
            _channel.Say(Invariant($"StoredViews is {options.StoredViews}, but the objective '{reading.GetName()}' reads the teacher's maps, ")
                + "which are not stored: the teacher teaches live");
            return null;
        }

        return teacher.OpenViews(options, _teacher.Precision, _rows.Hash, _rows.Set.Count, _channel);
    }

    private TrainingPlan CreatePlan(RandomStreams streams, Precision precision, long[] labels)
    {
        using Generator generator = streams.Torch("initial weights");
        FeatureNetwork network = NetworkCatalog.Create(_options.NetworkName, _columns.Classes, _columns.Image.Channels, generator);
        _columns.Initial?.LoadInto(network);
        var context = new ObjectiveContext
        {
            Student = network.ShapesFor(_columns.Image.Height, _columns.Image.Width),
            Teacher = _columns.Teacher?.Shapes ?? new OutputShapes([], 0, 0),
            Labels = labels,
            Seed = streams.Number("objective"),
        };
        var objective = new SumObjective(
            _options.Terms.Select((term, i) => (term.Weight, term.Create(context with { Seed = unchecked(context.Seed + i) }))));
        ConvolutionRepairs.Attach(objective, ConvolutionRepairs.ArePointwiseWrong);
        _columns.Teacher?.CheckTeaches(objective, _channel);
        CheckMixUp(objective);
        CheckBatches(objective, streams);
        return new TrainingPlan(streams, network, _rows.Normalization, precision, objective)
        {
            Phases = TrainingPlan.PhasesOf(objective, _options),
        };
    }

    // What identifies the run, and what does not matter for that but for whoever finds the model.
    private Dictionary<string, string> Provenance() => new(
    [
        .. _identity,
        new(nameof(_options.Epochs), _options.Epochs.ToString(CultureInfo.InvariantCulture)),
        .. _channel.Ranks is { } ranks ? [new("ranks", Invariant($"{ranks.Size}"))] : (KeyValuePair<string, string>[])[],
        .. new[] { typeof(TrainingStage), typeof(TorchSharp.torch), typeof(MLContext) }
            .Select(type => type.Assembly).Select(library => KeyValuePair.Create($"library {library.GetName().Name}", Version(library))),
    ]);

    // The package's, without the commit.
    private static string Version(Assembly library) =>
        library.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0]
            ?? $"{library.GetName().Version}";

    // One example has no variance for batch norm, and nothing to be compared with.
    private void CheckBatches(Objective objective, RandomStreams streams)
    {
        int rows = _rows.Training.Length, least = new BatchPlan(rows, _options.BatchSize).Least;
        if (_channel.Ranks is { } ranks && !_options.SynchronizeBatchNorm && least / ranks.Size < 2)
        {
            throw new ArgumentException(Invariant($"The smallest step has {least} examples for {ranks.Size} ranks, ")
                + "and SynchronizeBatchNorm is false: expected at least 2 for each, whose batch norm else sees one value. "
                + "Raise BatchSize, or set SynchronizeBatchNorm.");
        }

        if (least > 1)
        {
            return;
        }

        string found = _options.BatchSize == 1 ? "BatchSize is 1" : Invariant($"The data has {rows} row to learn from");
        if (objective.modules().OfType<Objective>().LastOrDefault(part => part.MinimumBatchSize > least) is { } comparing)
        {
            throw new ArgumentException(Invariant($"{found}, but the objective '{comparing.GetName()}' compares examples with each other: ")
                + Invariant($"expected at least {comparing.MinimumBatchSize} in a step. Raise BatchSize or give more rows."));
        }

        ImageColumn image = _columns.Image;
        using Generator generator = streams.Torch("batch of one");
        using FeatureNetwork tried = NetworkCatalog.Create(_options.NetworkName, _columns.Classes, image.Channels, generator);
        if (!InputSize.LearnsFromOne(tried, image.Height, image.Width))
        {
            throw new ArgumentException(
                Invariant($"{found}, but the last maps of '{_options.NetworkName}' are 1 x 1 ")
                    + Invariant($"for images of {image.Height} x {image.Width}: ")
                    + "batch norm then sees one value, which has no variance. Raise BatchSize or give more rows, or larger images.");
        }
    }

    private void CheckMixUp(SumObjective objective)
    {
        if (_options.MixUp > 0 && objective.Terms.FirstOrDefault(term => !term.SupportsMixUp) is { } term)
        {
            throw new ArgumentException(
                Invariant($"MixUp is {_options.MixUp}, but the objective '{term.GetName()}' ")
                    + "asks for the row or the class of each example, and a mixture of two has neither: expected 0, or another objective.");
        }
    }

    private void CheckEpochs()
    {
        int preparing = _plan.PreparingEpochs;
        EpochMetrics[] epochs = [.. (_saves?.Resumed?.Position.Epochs ?? []).Skip(preparing)];
        if (epochs.Length > _options.Epochs)
        {
            throw new InvalidOperationException(Invariant($"Epochs is {_options.Epochs}, ")
                + Invariant($"but '{_saves!.Resumed!.Path}' holds {epochs.Length} epochs: expected as many or more."));
        }

        var schedule = new LearningRateSchedule(_options);
        int steps = new BatchPlan(_examples.Count, _options.BatchSize).Steps;
        if (epochs.FirstOrDefault(done => done.LearningRate != schedule.RateAtEnd(done.Epoch - preparing, steps)) is { } other)
        {
            _channel.Warn(Invariant($"epoch {other.Epoch} was trained at learning rate {other.LearningRate}, ")
                + Invariant($"where a run of {_options.Epochs} epochs has {schedule.RateAtEnd(other.Epoch - preparing, steps)}: ")
                + (_options.Schedule == ScheduleKind.Cosine ? "a cosine ends with Epochs." : "without Milestones they move with Epochs."));
        }
    }

    // Adam's steps are about the learning rate in every weight, whatever the gradient.
    private void WarnOfFastAdam()
    {
        if (_options.Optimizer == OptimizerKind.AdamW && _options.LearningRate > UsualAdamRate)
        {
            _channel.Warn(Invariant($"Optimizer is AdamW and LearningRate {_options.LearningRate}, ")
                + "by about which each step moves every weight: 0.001 or less is usual.");
        }
    }

    private void WarnAtChance(EpochMetrics metrics)
    {
        if (metrics.Accuracy is { } accuracy && Chance.IsNear(accuracy, _chance, _labelled))
        {
            _channel.Warn(Invariant($"epoch {metrics.Epoch}: the accuracy, {accuracy:P2}, is that of chance ({_chance:P2}). ")
                + "If it stays there, lower LearningRate and check labels and pixels.");
        }
    }

    private static string Line(EpochMetrics metrics)
    {
        string parts = string.Join(", ", metrics.Parts.Select(part => Invariant($"{part.Key} {part.Value:F4}")));
        string measured = string.Concat(metrics.Metrics.Select(metric => Invariant($", {metric.Key} {metric.Value:E1}")));
        string accuracy = metrics.Accuracy is { } training ? Invariant($", accuracy {training:P1}") : "";
        string validation = metrics.ValidationAccuracy is { } held ? Invariant($", validation {held:P1}") : "";
        return Invariant($"epoch {metrics.Epoch}/{metrics.Epochs}: ")
            + Invariant($"loss {metrics.Loss:F4} ({parts}){measured}{accuracy}{validation}, {metrics.ExamplesPerSecond:F0} examples/s");
    }
}
