using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using TorchSharp;

namespace WCoRD.MLNet;

/// <summary>What the estimators share: the schema's checks, reading, training and wrapping the trained network.</summary>
internal sealed class TrainingStage
{
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
        _added = options.LearnsClasses
            ? (options.ScoreColumnName, options.PredictedLabelColumnName, options.FeaturesColumnName)
            : (null, null, options.FeaturesColumnName ?? "Features");
    }

    /// <summary>Makes the objective, once the network and the labels of the training rows are known.</summary>
    public delegate Objective ObjectiveFactory(FeatureNetwork network, TeacherInput? teacher, long[] labels, RandomStreams streams);

    /// <summary>Finds what the teacher reads.</summary>
    public delegate TeacherInput TeacherBinder(DataViewSchema schema, ImageColumn image, LabelColumn? label);

    public SchemaShape GetOutputSchema(SchemaShape input)
    {
        ArgumentNullException.ThrowIfNull(input);
        ImageColumn.Check(input, nameof(_options.InputColumnName), _options.InputColumnName);
        bool named = _options.LabelColumnName is { } label
            && LabelColumn.Check(input, label).Annotations.TryFind("KeyValues", out SchemaShape.Column names) && names.ItemType == TextDataViewType.Instance;
        return NetworkTransformer.OutputShape(input, _added.Score, _added.PredictedLabel, _added.Features, named);
    }

    public NetworkTransformer Fit(IDataView input, TeacherBinder? bindTeacher, ObjectiveFactory makeObjective)
    {
        ArgumentNullException.ThrowIfNull(input);
        ImageColumn image = ImageColumn.Find(input.Schema, nameof(_options.InputColumnName), _options.InputColumnName);
        LabelColumn? label = _options.LabelColumnName is { } name ? LabelColumn.Find(input.Schema, name) : null;
        TeacherInput? teacher = bindTeacher?.Invoke(input.Schema, image, label);
        TorchRuntime.EnsureLoaded();

        using IChannel channel = _host.Start("Training");
        var streams = new RandomStreams(_options.Seed ?? HostAccess.NextSeed(_host));
        using var scope = torch.NewDisposeScope();
        void Warn(string doubt) => channel.Warning(MessageSensitivity.None, doubt);
        var reader = new ExampleReader(label, _options.LearnsWithoutLabel, CheckCanceled, Warn);
        (torch.Tensor[] values, long[] labels) = reader.Read(input, [image, .. teacher?.Columns ?? []]);
        using var examples = new ExampleSet(values[0], labels);
        using TeacherOutputs? outputs = teacher?.Outputs(values[1..], Warn);
        CheckClasses(label, examples);
        (int[] training, int[] validation) = examples.Split(_options.ValidationFraction, streams.Managed("validation"));
        InputNormalization normalization = _options.Normalization ?? examples.MeasureNormalization(training);
        CheckNormalization(normalization, image);

        // A student that learns features only keeps a classifier that nobody reads.
        int classes = label?.Classes ?? teacher?.Classes ?? 2;
        using torch.Generator generator = streams.Torch("initial weights");
        using FeatureNetwork network = NetworkCatalog.Create(_network, classes, image.Channels, generator);
        using Objective objective = makeObjective(network, teacher, examples.LabelsOf(training), streams);
        channel.Info(MessageSensitivity.None, $"{_network}: {training.Length} training rows, {validation.Length} validation rows, {classes} classes, seed {streams.Seed}");
        Augmentation augmentation = teacher?.StudentViews ?? new Augmentation(_options.CropPadding, _options.HorizontalFlip);
        var trainer = new Trainer(_options, streams, network, normalization, objective, outputs, augmentation, CheckCanceled);
        TrainingHistory history = trainer.Train(examples, training, validation, metrics =>
        {
            channel.Info(MessageSensitivity.None, Line(metrics));
            _options.Progress?.Report(metrics);
        });

        var description = new ModelDescription(
            _network,
            image.Channels,
            image.Height,
            image.Width,
            classes,
            label?.ClassNames,
            normalization,
            _options.InputColumnName,
            _added.Score,
            _added.PredictedLabel,
            _added.Features,
            _options.ScoringBatchSize);
        return new NetworkTransformer(_host, description, NetworkWeights.Save(network), history);
    }

    private void CheckCanceled()
    {
        _options.CancellationToken.ThrowIfCancellationRequested();
        if (HostAccess.IsCanceled(_host))
        {
            throw new OperationCanceledException("The training was stopped by MLContext.CancelExecution.");
        }
    }

    private void CheckClasses(LabelColumn? label, ExampleSet examples)
    {
        long[] labelled = [.. examples.Labels.Where(found => found != DistillationStep.NoLabel)];
        int classes = labelled.Distinct().Count();
        if (label is not null && _options.LearnsClasses && classes < 2)
        {
            throw new ArgumentException($"The {labelled.Length} labelled row(s) of column '{label.Column.Name}' hold {classes} class(es): expected at least 2. Check the label column and any filter before this stage.");
        }
    }

    private void CheckNormalization(InputNormalization normalization, ImageColumn image)
    {
        if (normalization.Channels != image.Channels || normalization.StandardDeviation.Count != image.Channels)
        {
            throw new ArgumentException($"Normalization has {normalization.Channels} mean(s) and {normalization.StandardDeviation.Count} deviation(s), but column '{_options.InputColumnName}' has {image.Channels} channel(s): expected one of each for every channel.");
        }
    }

    private static string Line(EpochMetrics metrics)
    {
        string parts = string.Join(", ", metrics.Parts.Select(part => string.Create(CultureInfo.InvariantCulture, $"{part.Key} {part.Value:F4}")));
        string accuracy = metrics.Accuracy is { } training ? string.Create(CultureInfo.InvariantCulture, $", accuracy {training:P1}") : "";
        string validation = metrics.ValidationAccuracy is { } held ? string.Create(CultureInfo.InvariantCulture, $", validation {held:P1}") : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"epoch {metrics.Epoch}/{metrics.Epochs}: loss {metrics.Loss:F4} ({parts}){accuracy}{validation}, {metrics.ExamplesPerSecond:F0} examples/s");
    }
}
