using System.Runtime.CompilerServices;
using Microsoft.ML.OnnxRuntime;
using static TorchSharp.torch;
using TensorElementType = Microsoft.ML.OnnxRuntime.Tensors.TensorElementType;

namespace WCoRD.MLNet;

/// <summary>An ONNX model in ONNX Runtime, on the CPU. The application brings the runtime; the library is only compiled against it.</summary>
internal sealed class OnnxSession : IDisposable
{
    /// <summary>The version that the library is compiled against.</summary>
    internal const string RuntimeVersion = "1.31.1";

    private delegate T Take<T>(ReadOnlySpan<float> values, long[] shape);

    private readonly InferenceSession _session;
    private readonly IReadOnlyCollection<string> _within;

    private OnnxSession(OnnxFile file, InferenceSession session)
    {
        (Name, _within, _session) = (file.Name, [.. file.Added], session);
        Inputs = [.. session.InputMetadata.Select(item => Describe(item.Key, item.Value))];
        Outputs = [.. session.OutputMetadata.Select(item => Describe(item.Key, item.Value))];
        Metadata = session.ModelMetadata.CustomMetadataMap;
    }

    /// <summary>The file's name, for messages.</summary>
    public string Name { get; }

    /// <summary>What the model reads, without weights that it holds itself.</summary>
    public IReadOnlyList<OnnxTensor> Inputs { get; }

    /// <summary>What the model gives.</summary>
    public IReadOnlyList<OnnxTensor> Outputs { get; }

    /// <summary>What else the file says, by names that its makers chose.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Whether an output is a tensor within the graph that was made one.</summary>
    public bool IsWithin(string output) => _within.Contains(output);

    /// <summary>Whether <see cref="Dispose"/> was called.</summary>
    public bool IsDisposed { get; private set; }

    /// <summary>Opens a model.</summary>
    /// <param name="file">The model.</param>
    /// <param name="threads">The threads of one run; 0: as many as there are cores.</param>
    /// <exception cref="FormatException">ONNX Runtime refuses the model.</exception>
    /// <exception cref="InvalidOperationException">ONNX Runtime is missing; the message says what to do.</exception>
    public static OnnxSession Open(OnnxFile file, int threads = 0) => FirstUse(() => Create(file, threads));

    /// <summary>Says what is missing where the first use of ONNX Runtime fails.</summary>
    internal static T FirstUse<T>(Func<T> use)
    {
        try
        {
            return use();
        }
        catch (Exception fault) when (fault is TypeInitializationException or TypeLoadException or MissingMemberException
            or BadImageFormatException or FileLoadException
            || fault is FileNotFoundException { FileName: { } missing } && missing.StartsWith("Microsoft.ML.OnnxRuntime,", StringComparison.Ordinal))
        {
            throw new InvalidOperationException(
                $"ONNX Runtime could not be loaded. Add the package Microsoft.ML.OnnxRuntime, version {RuntimeVersion}, to the application "
                    + $"(a library must not choose). It said: {fault.GetBaseException().Message}",
                fault);
        }
    }

    /// <summary>Computes outputs of an input.</summary>
    /// <param name="input">Float32 or bytes, as the model's one input, and of its shape.</param>
    /// <param name="outputs">The names of outputs of float32.</param>
    /// <returns>Tensors on the CPU that the caller owns.</returns>
    /// <exception cref="InvalidOperationException">The model fails on this input.</exception>
    public Tensor[] Run(Tensor input, IReadOnlyCollection<string> outputs)
    {
        using var scope = NewDisposeScope();
        Tensor values = input.cpu().contiguous();
        return input.dtype == ScalarType.Byte ? Of<byte>() : Of<float>();

        Tensor[] Of<TValue>()
            where TValue : unmanaged =>
            Run<Tensor, TValue>(
                values.data<TValue>().ToArray(), input.shape, outputs, (found, shape) => tensor(found.ToArray(), shape).MoveToOuterDisposeScope());
    }

    /// <summary>The same without libtorch.</summary>
    /// <param name="input">The numbers.</param>
    /// <param name="shape">Their shape.</param>
    /// <param name="outputs">The names of outputs of float32.</param>
    /// <exception cref="InvalidOperationException">The model fails on this input.</exception>
    public float[][] Run(Memory<float> input, long[] shape, IReadOnlyCollection<string> outputs) =>
        Run(input, shape, outputs, (found, _) => found.ToArray());

    private T[] Run<T, TValue>(Memory<TValue> input, long[] shape, IReadOnlyCollection<string> outputs, Take<T> take)
        where TValue : unmanaged
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        try
        {
            using var options = new RunOptions();
            using OrtValue given = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, input, shape);
            using IDisposableReadOnlyCollection<OrtValue> found = _session.Run(options, [Inputs[0].Name], [given], outputs);
            return [.. found.Select(value => Taken(value, take))];
        }
        catch (OnnxRuntimeException fault)
        {
            throw new InvalidOperationException(
                $"The ONNX model '{Name}' fails on an input [{InvariantText.Join(", ", shape)}] ({Reason(fault)}).", fault);
        }
    }

    public void Dispose()
    {
        IsDisposed = true;
        _session.Dispose();
    }

    // A method of its own: where ONNX Runtime is absent, it is the call of this one that fails.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static OnnxSession Create(OnnxFile file, int threads)
    {
        using var options = new SessionOptions
        {
            // What happens is told by exceptions.
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL,
            IntraOpNumThreads = threads,
        };
        // Teacher and student take turns: threads that wait by counting would take the student's cores.
        options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        options.AddSessionConfigEntry("session.model_external_initializers_file_folder_path", file.Folder);
        InferenceSession? session = null;
        try
        {
            session = new InferenceSession(file.Bytes, options);
            return new OnnxSession(file, session);
        }
        catch (OnnxRuntimeException fault)
        {
            session?.Dispose();
            throw new FormatException($"ONNX Runtime refuses '{file.Path}' ({Reason(fault)}): "
                + $"expected a whole model of operators that ONNX Runtime {RuntimeVersion} knows. Fetch or export it again.", fault);
        }
    }

    private static T Taken<T>(OrtValue value, Take<T> take)
    {
        OrtTensorTypeAndShapeInfo info = value.GetTensorTypeAndShape();
        return info.ElementDataType == TensorElementType.Float
            ? take(value.GetTensorDataAsSpan<float>(), info.Shape)
            : throw new InvalidOperationException($"ONNX Runtime gave {info.ElementDataType}: expected {TensorElementType.Float}.");
    }

    private static OnnxTensor Describe(string name, NodeMetadata data) => data.IsTensor
        ? new OnnxTensor(name, $"{data.ElementDataType}", ElementOf(data.ElementDataType), data.Dimensions)
        : new OnnxTensor(name, $"{data.OnnxValueType}", null, []);

    private static OnnxType? ElementOf(TensorElementType type) => type switch
    {
        TensorElementType.Float => OnnxType.Float,
        TensorElementType.UInt8 => OnnxType.UInt8,
        _ => null,
    };

    private static string Reason(Exception fault) => fault.Message.ReplaceLineEndings(" ").Trim();
}
