using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.ML;

namespace WCoRD.MLNet;

/// <summary>A <see cref="NetworkTransformer"/> in ML.NET's model format.</summary>
/// <remarks>
/// Binary layout, version 1 (strings as BinaryWriter's: length in 7-bit groups, UTF-8):
/// <code>
/// Model        string network
///              int32  channels, height, width, classes
///              bool   has class names; if so: string[classes]
///              float  scale; float[channels] mean; float[channels] standard deviation
///              string input; bool has scores; if so: string score, predicted label; bool has features; if so: string features
///              int32  rows scored by one network call
/// Weights      int64  length; byte[length] safetensors
/// History      optional: int32 length; byte[length] JSON, UTF-8
/// ClassValues  optional, where the label's key values are no text: string type; values[classes] in that type
/// Onnx         optional, where ONNX Runtime scores: int32 precision; int64 length; byte[length] ONNX file
/// </code>
/// </remarks>
internal static class ModelFile
{
    private const string WeightsStream = "Weights";
    private const string HistoryStream = "History";
    private const string ClassValuesStream = "ClassValues";
    private const string OnnxStream = "Onnx";
    private static readonly JsonSerializerOptions Json = new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    public static VersionInfo Version { get; } = new(
        modelSignature: "WCORDNET",
        verWrittenCur: 0x00010001,
        verReadableCur: 0x00010001,
        verWeCanReadBack: 0x00010001,
        loaderSignature: NetworkTransformer.LoaderSignature,
        loaderAssemblyName: typeof(NetworkTransformer).Assembly.GetName().Name!);

    public static void Save(
        ModelSaveContext context, ModelDescription description, byte[] weights, TrainingHistory? history, ScoringGraph? graph)
    {
        context.CheckAtModel();
        context.SetVersionInfo(Version);
        DescriptionFormat.Write(context.Writer, description);
        context.SaveBinaryStream(WeightsStream, writer =>
        {
            writer.Write((long)weights.Length);
            writer.Write(weights);
        });
        if (history is not null)
        {
            byte[] json = JsonSerializer.SerializeToUtf8Bytes(history, Json);
            context.SaveBinaryStream(HistoryStream, writer =>
            {
                writer.Write(json.Length);
                writer.Write(json);
            });
        }

        if (description.ClassValues is { IsText: false } values)
        {
            context.SaveBinaryStream(ClassValuesStream, values.Write);
        }

        if (graph is not null)
        {
            context.SaveBinaryStream(OnnxStream, writer =>
            {
                writer.Write((int)graph.Precision);
                writer.Write((long)graph.Bytes.Length);
                writer.Write(graph.Bytes);
            });
        }
    }

    /// <exception cref="FormatException">The file is truncated, damaged or of a newer version.</exception>
    public static (ModelDescription Description, byte[] Weights, TrainingHistory? History, ScoringGraph? Graph) Load(
        ModelLoadContext context)
    {
        context.CheckAtModel(Version);
        ModelDescription description = Guard("description", () => DescriptionFormat.Read(context.Reader));

        byte[]? weights = null;
        _ = Guard(
            WeightsStream,
            () => context.TryLoadBinaryStream(WeightsStream, reader => weights = ReadBlock(reader, reader.ReadInt64(), WeightsStream)));
        if (weights is null)
        {
            throw new FormatException(
                $"The model file has no stream '{WeightsStream}': expected the network's weights. Save the model again.");
        }

        WeightsCheck.Run(weights, WeightsStream);

        TrainingHistory? history = null;
        _ = Guard(HistoryStream, () => context.TryLoadBinaryStream(HistoryStream, reader => history = ReadHistory(reader)));

        ClassValues? values = null;
        _ = Guard(
            ClassValuesStream,
            () => context.TryLoadBinaryStream(ClassValuesStream, reader => values = ClassValues.Read(reader, description.Classes)));
        if (values is not null && !values.Names.SequenceEqual(description.ClassNames ?? []))
        {
            throw new FormatException($"The model file's stream '{ClassValuesStream}' holds other classes than its description. "
                + "The file is damaged; save the model again.");
        }

        ScoringGraph? graph = null;
        _ = Guard(OnnxStream, () => context.TryLoadBinaryStream(OnnxStream, reader => graph = ReadGraph(reader)));
        return (values is null ? description : description with { ClassValues = values }, weights, history, graph);
    }

    private static ScoringGraph ReadGraph(BinaryReader reader)
    {
        var precision = (OnnxPrecision)reader.ReadInt32();
        var graph = new ScoringGraph(precision, ReadBlock(reader, reader.ReadInt64(), OnnxStream));
        _ = OnnxFile.Of(graph.Bytes, $"the model file's part '{OnnxStream}'");
        return Enum.IsDefined(precision) ? graph
            : throw new FormatException(Invariant($"The model file's stream '{OnnxStream}' is of precision {(int)precision}: ")
                + $"expected one of {string.Join(", ", Enum.GetNames<OnnxPrecision>())}. "
                + "The file is damaged, or of a newer version of WCoRD.MLNet.");
    }

    private static TrainingHistory ReadHistory(BinaryReader reader)
    {
        TrainingHistory? history = JsonSerializer.Deserialize<TrainingHistory>(ReadBlock(reader, reader.ReadInt32(), HistoryStream), Json);
        return history?.Epochs is null
            ? throw new FormatException($"The model file's stream '{HistoryStream}' has no epochs. Save the model again.")
            : history;
    }

    // Grows with what is there, so that a damaged length cannot ask for all memory.
    private static byte[] ReadBlock(BinaryReader reader, long length, string stream)
    {
        if (length < 0 || length > Array.MaxLength)
        {
            throw new FormatException(Invariant($"The model file's stream '{stream}' states a length of {length} bytes: ")
                + Invariant($"expected 0 to {Array.MaxLength}. The file is damaged; save the model again."));
        }

        using var found = new MemoryStream((int)Math.Min(length, 1 << 20));
        while (found.Length < length)
        {
            byte[] part = reader.ReadBytes((int)Math.Min(length - found.Length, 1 << 20));
            if (part.Length == 0)
            {
                throw new FormatException(Invariant($"The model file's stream '{stream}' ends after {found.Length} of {length} bytes. ")
                    + "The file is truncated; copy or save the model again.");
            }

            found.Write(part);
        }

        return found.ToArray();
    }

    private static T Guard<T>(string stream, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception fault) when (fault is EndOfStreamException or JsonException or InvalidDataException)
        {
            // No inner exception: the innermost is what users of mlContext.Model.Load are told to look at.
            throw new FormatException(
                $"The model file's part '{stream}' is truncated or damaged ({fault.Message}). Copy or save the model again.");
        }
    }
}
