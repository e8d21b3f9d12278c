using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using TorchSharp;

namespace WCoRD.MLNet;

/// <summary>What the estimators share: the schema's checks, reading, training and wrapping the trained network.</summary>
internal sealed class TrainingStage
{
    private const double MiB = 1024 * 1024;

    private readonly IHost _host;
    private readonly TrainingOptions _options;
    private readonly string _network;
    private readonly (string? Score, string? PredictedLabel, string? Features) _added;

    public TrainingStage(IHost host, TrainingOptions options, string network)
    {
        options.Validate();
        _host = host;
        _options = options;
        _network = network;
        _added = options.Added;
    }

    /// <summary>Makes the objective, once the network and the labels of the training rows are known.</summary>
    public delegate Objective ObjectiveFactory(FeatureNetwork network, ImageColumn image, BoundTeacher? teacher, long[] labels, RandomStreams streams);

    /// <summary>Finds what the teacher reads.</summary>
    public delegate BoundTeacher TeacherBinder(DataViewSchema schema, ImageColumn image, LabelColumn? label);

    public SchemaShape GetOutputSchema(SchemaShape input)
    {
        ArgumentNullException.ThrowIfNull(input);
        ImageColumn.Check(input, nameof(_options.InputColumnName), _options.InputColumnName);
        DataViewType? values = _options.LabelColumnName is { } label
            && LabelColumn.Check(input, label).Annotations.TryFind(AnnotationNames.KeyValues, out SchemaShape.Column found) ? found.ItemType : null;
        return NetworkTransformer.OutputShape(input, _added.Score, _added.PredictedLabel, _added.Features, values);
    }

    public NetworkTransformer Fit(IDataView input, TeacherBinder? bindTeacher, ObjectiveFactory makeObjective)
    {
        ArgumentNullException.ThrowIfNull(input);
        ImageColumn image = FindImages(input.Schema);
        LabelColumn? label = _options.LabelColumnName is { } name ? LabelColumn.Find(input.Schema, name) : null;
        BoundTeacher? teacher = bindTeacher?.Invoke(input.Schema, image, label);
        TorchRuntime.EnsureLoaded();
        CheckSize(image, label);

        using IChannel channel = _host.Start("Training");
        void Warn(string doubt) => channel.Warning(MessageSensitivity.None, doubt);
        CheckpointFolder? folder = _options.CheckpointFolder is { } path ? new CheckpointFolder(path) : null;
        CheckUnused(folder);
        using Checkpoint? resumed = folder?.ReadNewest(Warn);
        var streams = new RandomStreams(_options.Seed ?? resumed?.Position.Seed ?? HostAccess.NextSeed(_host));
        using var reader = new ExampleReader(label, _options.LearnsWithoutLabel, CheckCanceled, Warn, (long?)(_options.MemoryBudget * MiB));
        using var scope = torch.NewDisposeScope();
        Activity? read = Tracing.Start("read");
        (torch.Tensor[] values, long[] labels) = reader.Read(input, [image, .. teacher?.Columns ?? []]);
        read?.Dispose();
        if (reader.IsInFiles)
        {
            channel.Info(MessageSensitivity.None, Invariant($"the rows take more than MemoryBudget ({_options.MemoryBudget} MiB): ")
                + "they are kept in temporary files");
        }

        // Rows in files may be more than a GPU holds: those are copied batch by batch.
        torch.Device device = HostAccess.Device(_host, Warn);
        using var examples = new ExampleSet(reader.IsInFiles ? values[0] : values[0].to(device), labels, device);
        IReadOnlyDictionary<string, string> run = RunIdentity.Of(_options, streams.Seed, values, labels, teacher?.Identity);

        // A student that learns features only keeps a classifier that nobody reads.
        int classes = label?.Classes ?? teacher?.Classes ?? 2;
        var choice = new PrecisionChoice(resumed?.Position.Run, text => channel.Info(MessageSensitivity.None, text));
        using TeacherOutputs? outputs = teacher?.CreateOutputs(values[1..], choice, device, Warn);
        Precision precision = choice.For(_options.Precision, "student", precision => LowPrecisionStudent.Measure(_network, classes, [_options.BatchSize, image.Channels, image.Height, image.Width], precision, device), device);
        TrainingSaves? saves = folder is null ? null : new TrainingSaves(folder, _options.CheckpointMinutes, new Dictionary<string, string>([.. run, .. choice.Made]), resumed);
        if (saves is not null && resumed is not null)
        {
            RunIdentity.Check(resumed.Position, resumed.Path, saves.Run);
            channel.Info(MessageSensitivity.None, Invariant($"goes on from '{resumed.Path}': ")
                + Invariant($"epoch {resumed.Position.Epoch}, after step {resumed.Position.Step}"));
        }

        (int[] training, int[] heldBack) = examples.Split(_options.ValidationFraction, streams.Managed("validation"));
        CheckSplit(label, examples, training, heldBack, Warn);
        using ExampleSet? validationSet = ReadValidationSet(image, label, device, Warn);
        var validation = validationSet is null ? new ValidationRows(examples, heldBack) : new ValidationRows(validationSet, [.. Enumerable.Range(0, validationSet.Count)]);
        InputNormalization normalization = _options.Normalization ?? examples.MeasureNormalization(training);
        CheckNormalization(normalization, image);

        using torch.Generator generator = streams.Torch("initial weights");
        using FeatureNetwork network = NetworkCatalog.Create(_network, classes, image.Channels, generator);
        using Objective objective = makeObjective(network, image, teacher, examples.LabelsOf(training), streams);
        CheckBatches(training.Length, objective, image, classes, streams);
        network.to(device);
        objective.to(device);
        CheckEpochs(resumed, objective.InitialStage?.Epochs ?? 0, Warn);
        channel.Info(MessageSensitivity.None, Invariant($"{_network}: {training.Length} training rows, ")
            + Invariant($"{validation.Rows.Length} validation rows, {classes} classes, seed {streams.Seed}"));
        Augmentation augmentation = teacher?.StudentViews ?? new Augmentation(_options.CropPadding, _options.HorizontalFlip);
        if (teacher is not null && outputs is not null)
        {
            new TeacherCheck(teacher.Name, outputs, teacher.Shapes.Classes).Run(examples, training, augmentation, CheckCanceled, text => channel.Info(MessageSensitivity.None, text), Warn);
        }

        var trainer = new Trainer(_options, streams, network, precision, normalization, objective, outputs, augmentation, CheckCanceled, saves);
        TrainingHistory history = trainer.Train(examples, training, validation, metrics =>
        {
            channel.Info(MessageSensitivity.None, Line(metrics));
            WarnAtChance(metrics, examples, training, Warn);
            _options.Progress?.Report(metrics);
        });

        TransportPlan? transport = ShownTransport.Find(network, normalization, objective, outputs, augmentation, examples, training, label?.ClassNames);
        var description = new ModelDescription(
            _network,
            image.Channels,
            image.Height,
            image.Width,
            classes,
            label?.Values,
            normalization,
            _options.InputColumnName,
            _added.Score,
            _added.PredictedLabel,
            _added.Features,
            _options.ScoringBatchSize);
        return new NetworkTransformer(_host, description, NetworkWeights.Save(network), history with { Run = Provenance(run, choice), Ended = DateTimeOffset.UtcNow, Transport = transport });
    }

    private ImageColumn FindImages(DataViewSchema schema) =>
        ImageColumn.Find(schema, nameof(_options.InputColumnName), _options.InputColumnName, _options.InputShape, nameof(_options.InputShape));

    // What identifies the run, and what does not matter for that but for whoever finds the model.
    private Dictionary<string, string> Provenance(IReadOnlyDictionary<string, string> run, PrecisionChoice choice) => new(
    [
        .. run,
        .. choice.Made,
        new(nameof(_options.Epochs), _options.Epochs.ToString(CultureInfo.InvariantCulture)),
        .. new[] { typeof(TrainingStage), typeof(torch), typeof(MLContext) }.Select(type => type.Assembly).Select(library => KeyValuePair.Create($"library {library.GetName().Name}", Version(library))),
    ]);

    // The package's, without the commit.
    private static string Version(Assembly library) => library.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? $"{library.GetName().Version}";

    private ExampleSet? ReadValidationSet(ImageColumn image, LabelColumn? label, torch.Device device, Action<string> warn)
    {
        if (_options.ValidationSet is not { } data || label is null)
        {
            return null;
        }

        ImageColumn found = FindImages(data.Schema);
        LabelColumn labels = LabelColumn.Find(data.Schema, label.Column.Name);
        if ((found.Channels, found.Height, found.Width, found.IsByte, labels.Classes) != (image.Channels, image.Height, image.Width, image.IsByte, label.Classes))
        {
            throw new ArgumentException(Invariant($"ValidationSet has '{found.Column.Name}' of type {found.Column.Type} and {labels.Classes} classes, but the training rows have type {image.Column.Type} and {label.Classes} classes: expected the same. Make both by the same stages."));
        }

        int[]? order = ClassOrder.Map(
            labels.ClassNames, "ValidationSet", label.ClassNames, "the training set", "Validate on rows of the same classes.");
        using var reader = new ExampleReader(labels, keepUnlabelled: false, CheckCanceled, warn);
        (torch.Tensor[] values, long[] rows) = reader.Read(data, [found]);
        return new ExampleSet(values[0], order is null ? rows : [.. rows.Select(row => (long)order[row])], device);
    }

    // Before rows are read: a network of its own, so that the trained one's first weights follow the seed.
    private void CheckSize(ImageColumn image, LabelColumn? label)
    {
        using var generator = new torch.Generator(0);
        using FeatureNetwork tried = NetworkCatalog.Create(_network, label?.Classes ?? 2, image.Channels, generator);
        _ = tried.ShapesFor(image.Height, image.Width);
    }

    // Never mixes two trainings in one folder, and never overwrites one.
    private void CheckUnused(CheckpointFolder? folder)
    {
        if (!_options.Resume && folder?.Newest is { } newest)
        {
            throw new InvalidOperationException($"CheckpointFolder holds '{newest}' of an earlier training: "
                + "set Resume to go on from it, or name another folder.");
        }
    }

    private void CheckEpochs(Checkpoint? resumed, int initial, Action<string> warn)
    {
        EpochMetrics[] epochs = [.. (resumed?.Position.Epochs ?? []).Skip(initial)];
        if (epochs.Length > _options.Epochs)
        {
            throw new InvalidOperationException(Invariant($"Epochs is {_options.Epochs}, but '{resumed!.Path}' holds {epochs.Length} epochs: ")
                + "expected as many or more.");
        }

        var schedule = new LearningRateSchedule(_options);
        if (epochs.FirstOrDefault(done => done.LearningRate != schedule.Rate(done.Epoch - initial)) is { } other)
        {
            warn(Invariant($"epoch {other.Epoch} was trained at learning rate {other.LearningRate}, ")
                + Invariant($"where a run of {_options.Epochs} epochs has {schedule.Rate(other.Epoch - initial)}: without Milestones they move with Epochs."));
        }
    }

    private static void WarnAtChance(EpochMetrics metrics, ExampleSet examples, int[] training, Action<string> warn)
    {
        long[] labels = [.. examples.LabelsOf(training).Where(label => label != DistillationStep.NoLabel)];
        if (metrics.Accuracy is not { } accuracy || labels.Length == 0)
        {
            return;
        }

        double chance = Chance.Of(labels);
        if (Chance.IsNear(accuracy, chance, labels.Length))
        {
            warn(Invariant($"epoch {metrics.Epoch}: the accuracy, {accuracy:P2}, is that of chance ({chance:P2}). ")
                + "If it stays there, lower LearningRate and check labels and pixels.");
        }
    }

    private void CheckCanceled()
    {
        _options.CancellationToken.ThrowIfCancellationRequested();
        if (HostAccess.IsCanceled(_host))
        {
            throw new OperationCanceledException("The training was stopped by MLContext.CancelExecution.");
        }
    }

    // What ValidationFraction leaves must still be something to learn from, and what it takes something to measure on.
    private void CheckSplit(LabelColumn? label, ExampleSet examples, int[] training, int[] heldBack, Action<string> warn)
    {
        long[] learned = [.. examples.LabelsOf(training).Where(found => found != DistillationStep.NoLabel)];
        long[] classes = [.. learned.Distinct()];
        if (label is not null && _options.LearnsClasses && classes.Length < 2)
        {
            string fraction = heldBack.Length == 0 ? "" : Invariant($" ValidationFraction ({_options.ValidationFraction}) holds {heldBack.Length} row(s) back: lower it.");
            throw new ArgumentException(
                Invariant($"The {learned.Length} labelled row(s) of column '{label.Column.Name}' to learn from hold {classes.Length} class(es): ")
                    + Invariant($"expected at least 2.{fraction} Check the label column and any filter before this stage."));
        }

        if (_options.ValidationFraction > 0 && heldBack.Length == 0)
        {
            warn(Invariant($"ValidationFraction is {_options.ValidationFraction}, which is less than half a row of every class: ")
                + "no row is held back and nothing is validated. Raise it, or give a ValidationSet.");
        }

        uint[] lost = [.. examples.LabelsOf(heldBack).Distinct().Except(classes).Order().Select(found => (uint)found + 1)];
        if (label is not null && lost.Length > 0)
        {
            warn(Invariant($"ValidationFraction ({_options.ValidationFraction}) holds every row back of {lost.Length} class(es), ")
                + Invariant($"which the network cannot learn: {string.Join(", ", lost.Take(10).Select(label.NameOf))}. Lower it, or give a ValidationSet."));
        }
    }

    // One example has no variance for batch norm, and nothing to be compared with.
    private void CheckBatches(int rows, Objective objective, ImageColumn image, int classes, RandomStreams streams)
    {
        int least = new BatchPlan(rows, _options.BatchSize).Least;
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

        using torch.Generator generator = streams.Torch("batch of one");
        using FeatureNetwork tried = NetworkCatalog.Create(_network, classes, image.Channels, generator);
        if (!InputSize.LearnsFromOne(tried, image.Height, image.Width))
        {
            throw new ArgumentException(
                Invariant($"{found}, but the last maps of '{_network}' are 1 x 1 for images of {image.Height} x {image.Width}: ")
                    + "batch norm then sees one value, which has no variance. Raise BatchSize or give more rows, or larger images.");
        }
    }

    private void CheckNormalization(InputNormalization normalization, ImageColumn image)
    {
        if (!normalization.IsUsable)
        {
            throw new ArgumentException(Invariant($"Normalization is {normalization}: expected finite numbers, and deviations above 0."));
        }

        if (normalization.Channels != image.Channels || normalization.StandardDeviation.Count != image.Channels)
        {
            throw new ArgumentException(Invariant($"Normalization has {normalization.Channels} mean(s) and {normalization.StandardDeviation.Count} deviation(s), but column '{_options.InputColumnName}' has {image.Channels} channel(s): expected one of each for every channel."));
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
