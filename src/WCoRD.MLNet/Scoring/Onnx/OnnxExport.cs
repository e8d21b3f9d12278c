using System.Text.Json;
using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>Writes a trained network as an ONNX file that needs nothing of this library.</summary>
internal static class OnnxExport
{
    /// <summary>What a file reads.</summary>
    public const string Input = "Pixels";

    /// <summary>The probabilities.</summary>
    public const string Score = "Score";

    /// <summary>The penultimate features.</summary>
    public const string Features = "Features";
    private const string PredictedLabel = "PredictedLabel";
    private const string InputKey = "input";
    private const string ClassesKey = "classes";
    private const string Unnormalized = "pixel values before normalisation";

    /// <summary>Writes a file.</summary>
    /// <param name="model">The trained network.</param>
    /// <param name="options">How, checked.</param>
    /// <exception cref="NotSupportedException">The network is built of modules that cannot be exported.</exception>
    /// <exception cref="ArgumentException">The rows to measure on are absent, or not the network's.</exception>
    public static byte[] Write(NetworkTransformer model, OnnxOptions options)
    {
        using var scope = NewDisposeScope();
        ModelDescription description = model.Description;
        TracedNetwork traced = model.Trace();
        bool scores = description.ScoreColumnName is not null, features = options.AddFeatures || !scores;
        var file = new OnnxBuilder();
        string pixels = WriteInput(file, description, options);
        OnnxNodes writer = options.Precision == OnnxPrecision.Int8
            ? new QuantizedOnnxNodes(file, Ranges(traced, scores, features, description, options), options.ReduceRange)
            : new OnnxNodes(file);
        writer.Write(traced, pixels, scores);
        if (scores)
        {
            file.Node("Identity", [writer.Name(traced.Scores)], Score);
            file.Output(Score, OnnxType.Float, description.Classes);
            file.Node("ArgMax", [writer.Name(traced.Scores)], PredictedLabel, [("axis", 1L), ("keepdims", 0L)]);
            file.Output(PredictedLabel, OnnxType.Int64);
        }

        if (features)
        {
            file.Node("Identity", [writer.Name(traced.Features)], Features);
            file.Output(Features, OnnxType.Float, traced.Features.Shape[1]);
        }

        WriteMetadata(file, model);
        return file.ToBytes(description.Network, options.Opset);
    }

    /// <summary>Whether a file says that it normalises pixel values itself, as those do that <see cref="Write"/> makes.</summary>
    public static bool NormalizesItself(IReadOnlyDictionary<string, string> metadata) =>
        metadata.TryGetValue(InputKey, out string? input) && input.EndsWith(Unnormalized, StringComparison.Ordinal);

    /// <summary>The names of classes that a file states; null: none, or in another way than <see cref="Write"/>.</summary>
    public static IReadOnlyList<string>? ClassNames(IReadOnlyDictionary<string, string> metadata)
    {
        try
        {
            return metadata.TryGetValue(ClassesKey, out string? names) ? JsonSerializer.Deserialize<string[]>(names) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static IReadOnlyDictionary<GraphValue, (double Least, double Most)> Ranges(
        TracedNetwork traced, bool withScores, bool withFeatures, ModelDescription description, OnnxOptions options)
    {
        IReadOnlyList<GraphNode> nodes = traced.NodesFor(withScores);
        IReadOnlySet<GraphValue> values = QuantizedValues.Of(traced, nodes);
        IReadOnlyList<Tensor> batches = CalibrationBatches.Read(description, options);
        GraphValue[] given = [.. withScores ? [traced.Scores] : (GraphValue[])[], .. withFeatures ? [traced.Features] : (GraphValue[])[]];
        ChannelEqualization.Apply(traced, nodes, given, values, batches);
        IReadOnlyDictionary<GraphValue, (double Least, double Most)> ranges = ActivationRanges.Measure(traced, values, batches, options.Calibration);
        BiasCorrection.Apply(traced, nodes, values, batches, options.ReduceRange);
        return ranges;
    }

    /// <returns>The name of the pixels as floats.</returns>
    private static string WriteInput(OnnxBuilder file, ModelDescription description, OnnxOptions options)
    {
        OnnxInput kind = options.InputFor(description.Normalization);
        file.Input(
            Input,
            kind == OnnxInput.Bytes ? OnnxType.UInt8 : OnnxType.Float,
            description.Channels,
            description.Height,
            description.Width);
        if (kind == OnnxInput.Floats)
        {
            return Input;
        }

        const string Cast = "pixels";
        file.Node("Cast", [Input], Cast, [("to", (long)OnnxType.Float)]);
        return Cast;
    }

    private static void WriteMetadata(OnnxBuilder file, NetworkTransformer model)
    {
        file.Metadata("network", model.Network);
        file.Metadata(InputKey, Invariant($"[batch, {InvariantText.Join(", ", model.InputShape)}], {Unnormalized}"));
        if (model.ClassNames is { } names)
        {
            // PredictedLabel counts from 0 along them.
            file.Metadata(ClassesKey, JsonSerializer.Serialize(names));
        }

        file.Metadata("card", model.Card.ToString());
    }
}
