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

    public TrainingStage(IHost host, TrainingOptions options, string network)
    {
        options.Validate();
        _host = host;
        _options = options;
        _network = network;
    }

    /// <summary>Makes the objective, once the network and the labels of the training rows are known.</summary>
    public delegate Objective ObjectiveFactory(FeatureNetwork network, long[] labels, RandomStreams streams);

    public SchemaShape GetOutputSchema(SchemaShape input)
    {
        ArgumentNullException.ThrowIfNull(input);
        ImageColumn.Check(input, _options.InputColumnName);
        SchemaShape.Column label = LabelColumn.Check(input, _options.LabelColumnName);
        bool named = label.Annotations.TryFind("KeyValues", out SchemaShape.Column names) && names.ItemType == TextDataViewType.Instance;
        return NetworkTransformer.OutputShape(input, _options.ScoreColumnName, _options.PredictedLabelColumnName, _options.FeaturesColumnName, named);
    }

    public NetworkTransformer Fit(IDataView input, Teacher? teacher, ObjectiveFactory makeObjective)
    {
        ArgumentNullException.ThrowIfNull(input);
        ImageColumn image = ImageColumn.Find(input.Schema, _options.InputColumnName);
        LabelColumn label = LabelColumn.Find(input.Schema, _options.LabelColumnName);
        teacher?.CheckFits(image, label);
        TorchRuntime.EnsureLoaded();

        using IChannel channel = _host.Start("Training");
        var streams = new RandomStreams(_options.Seed ?? HostAccess.NextSeed(_host));
        using var scope = torch.NewDisposeScope();
        using ExampleSet examples = ExampleReader.Read(input, image, label, CheckCanceled, warning => channel.Warning(MessageSensitivity.None, warning));
        (int[] training, int[] validation) = examples.Split(_options.ValidationFraction, streams.Managed("validation"));
        InputNormalization normalization = _options.Normalization ?? examples.MeasureNormalization(training);
        CheckNormalization(normalization, image);

        using torch.Generator generator = streams.Torch("initial weights");
        using FeatureNetwork network = NetworkCatalog.Create(_network, label.Classes, image.Channels, generator);
        using Objective objective = makeObjective(network, examples.LabelsOf(training), streams);
        channel.Info(MessageSensitivity.None, $"{_network}: {training.Length} training rows, {validation.Length} validation rows, {label.Classes} classes, seed {streams.Seed}");
        var trainer = new Trainer(_options, streams, network, normalization, objective, teacher, CheckCanceled);
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
            label.Classes,
            label.ClassNames,
            normalization,
            _options.InputColumnName,
            _options.ScoreColumnName,
            _options.PredictedLabelColumnName,
            _options.FeaturesColumnName,
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
        string validation = metrics.ValidationAccuracy is { } accuracy ? string.Create(CultureInfo.InvariantCulture, $", validation {accuracy:P1}") : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"epoch {metrics.Epoch}/{metrics.Epochs}: loss {metrics.Loss:F4} ({parts}), accuracy {metrics.Accuracy:P1}{validation}, {metrics.ExamplesPerSecond:F0} examples/s");
    }
}
