using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using WCoRD.MLNet;

[assembly: LoadableClass(
    typeof(ITransformer),
    typeof(NetworkTransformer),
    null,
    typeof(SignatureLoadModel),
    NetworkTransformer.FriendlyName,
    NetworkTransformer.LoaderSignature)]

namespace WCoRD.MLNet;

/// <summary>
/// A trained network as a stage of an ML.NET pipeline: adds class probabilities, the predicted label and, on request, penultimate features.
/// </summary>
/// <remarks>
/// <para>
/// Added are <c>PredictedLabel</c> (a key with the label's names), <c>Score</c> (Vector&lt;Single&gt; <c>[classes]</c>, softmax
/// probabilities) and optionally features (Vector&lt;Single&gt; <c>[features]</c>).
/// The input column is Vector&lt;Byte&gt; or Vector&lt;Single&gt; of channels x height x width; a flat vector of the same size is taken in
/// that order. Pixel values are normalised here, as in training.
/// A row with a NaN pixel gets NaN scores and a missing predicted label (key 0).
/// </para>
/// <para>
/// Rows are scored lazily in batches, in every pass anew, and not at all when no added column is wanted: before a trainer of many passes
/// append <c>AppendCacheCheckpoint(mlContext)</c>. All members may be called by several threads at once.
/// <see cref="Dispose"/> frees the network and keeps the weights: a later use builds the network again.
/// Models are saved and loaded by <c>mlContext.Model</c>. Of a file that is no whole zip archive its <c>Load</c> throws
/// <see cref="InvalidDataException"/> or <see cref="FormatException"/>;
/// of a part that is damaged, or of a newer version, <see cref="InvalidOperationException"/>, whose innermost exception
/// (<see cref="Exception.GetBaseException"/>) is a <see cref="FormatException"/> that names the part;
/// and where the damage is in ML.NET's own parts, <see cref="InvalidOperationException"/>, or for the name of this assembly, by which
/// ML.NET finds it among those installed, <see cref="FileNotFoundException"/>,
/// <see cref="FileLoadException"/> or <see cref="ArgumentException"/>. A model file holds no code.
/// </para>
/// </remarks>
public sealed class NetworkTransformer : ITransformer, IDisposable
{
    internal const string LoaderSignature = "WcordNetwork";
    internal const string FriendlyName = "Trained image network";
    private readonly NetworkScorer _scorer;
    private readonly IHostEnvironment _environment;

    internal NetworkTransformer(
        IHostEnvironment env, ModelDescription description, byte[] weights, TrainingHistory? history, ScoringGraph? graph = null)
    {
        ArgumentNullException.ThrowIfNull(env);
        _environment = env;
        _scorer = new NetworkScorer(description, weights, graph, () => HostAccess.Device(env, _ => { }));
        History = history;
    }

    /// <summary>The network's name in <see cref="NetworkCatalog"/>.</summary>
    public string Network => Description.Network;

    /// <summary>The number of classes.</summary>
    public int Classes => Description.Classes;

    /// <summary>The names of the classes, in order of their keys; null where the label had none.</summary>
    public IReadOnlyList<string>? ClassNames => Description.ClassNames;

    /// <summary>The column read.</summary>
    public string InputColumnName => Description.InputColumnName;

    /// <summary>Channels, height and width of the images read.</summary>
    public IReadOnlyList<int> InputShape => [Description.Channels, Description.Height, Description.Width];

    /// <summary>How pixel values are normalised.</summary>
    public InputNormalization Normalization => Description.Normalization;

    /// <summary>The course of the training; null where it is unknown.</summary>
    public TrainingHistory? History { get; }

    /// <summary>What the model is, what it reads, and how it came to be.</summary>
    public ModelCard Card => new(Description, History);

    /// <summary>
    /// What computes the network when it scores: see <see cref="WithEngine"/>. Where ONNX Runtime is not there, libtorch does all the same.
    /// </summary>
    public ScoringEngine Engine => _scorer.Graph?.Engine ?? ScoringEngine.LibTorch;

    /// <summary>Always true: each row is scored by itself.</summary>
    public bool IsRowToRowMapper => true;

    internal ModelDescription Description => _scorer.Description;

    internal ReadOnlyMemory<byte> Weights => _scorer.Weights;

    /// <summary>How often the network was called.</summary>
    internal int NetworkCalls => _scorer.Calls;

    /// <summary>Finds the one trained network in a model.</summary>
    /// <param name="model">A network, or a chain of stages, which may hold chains.</param>
    /// <returns>The network, which stays a part of the model.</returns>
    /// <exception cref="ArgumentException">The model holds no network, or several; the message lists what it holds.</exception>
    public static NetworkTransformer FindIn(ITransformer model)
    {
        ArgumentNullException.ThrowIfNull(model);
        ITransformer[] stages = [.. Stages(model)];
        NetworkTransformer[] networks = [.. stages.OfType<NetworkTransformer>()];
        return networks.Length switch
        {
            1 => networks[0],
            0 => throw new ArgumentException(
                "The model holds no network of this library: "
                    + $"found {(stages.Length == 0 ? "no stages" : string.Join(", ", stages.Select(stage => stage.GetType().Name)))}. "
                    + "Expected one that NetworkTraining or a distillation trained; "
                    + "what other models write of each row teaches by Teacher.FromColumns.",
                nameof(model)),
            _ => throw new ArgumentException(
                Invariant($"The model holds {networks.Length} networks of this library: ")
                    + string.Join("; ", networks.Select(network =>
                        $"{network.Network} ({network.InputColumnName} -> {string.Join(", ", network.Description.AddedColumns)})"))
                    + ". Expected one: take it from the chain, as ((IEnumerable<ITransformer>)model).OfType<NetworkTransformer>().Last().",
                nameof(model)),
        };
    }

    /// <summary>The schema of the transformed rows.</summary>
    /// <param name="inputSchema">The schema of the rows.</param>
    /// <returns>The same with the added columns.</returns>
    /// <exception cref="ArgumentException">The input column is absent, or of another type or size.</exception>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => Bind(inputSchema).Output;

    /// <summary>Adds the columns; nothing is computed before a cursor asks for them.</summary>
    /// <param name="input">The rows.</param>
    /// <returns>The rows with the added columns.</returns>
    /// <exception cref="ArgumentException">The input column is absent, or of another type or size.</exception>
    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new ScoringDataView(input, Bind(input.Schema), _environment);
    }

    /// <summary>A mapper of single rows, as <c>PredictionEngine</c> uses it.</summary>
    /// <param name="inputSchema">The schema of the rows.</param>
    /// <returns>The mapper.</returns>
    /// <exception cref="ArgumentException">The input column is absent, or of another type or size.</exception>
    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) => new AddedColumnsMapper(Bind(inputSchema));

    /// <summary>
    /// Writes the network as an ONNX file, which ONNX Runtime and others compute without this library: normalisation inside, for any number
    /// of images at once.
    /// </summary>
    /// <remarks>
    /// It reads <c>Pixels</c> <c>[batch, channels, height, width]</c>, and gives <c>Score</c> <c>[batch, classes]</c> (probabilities),
    /// <c>PredictedLabel</c> <c>[batch]</c> (the class's number, from 0), and <c>Features</c> <c>[batch, features]</c> where asked for or
    /// where no classes were learned. The names of the classes (JSON, <c>classes</c>) and the model's card are in the file's metadata.
    /// What stands before the network in a chain, as the decoding of photographs, is not in the file.
    /// </remarks>
    /// <param name="path">The file, which is replaced as a whole.</param>
    /// <param name="options">How; null: the defaults.</param>
    /// <exception cref="ArgumentException">Options are out of range, or the rows to measure on are not the network's.</exception>
    /// <exception cref="NotSupportedException">A registered network is built of modules that cannot be exported.</exception>
    public void SaveOnnx(string path, OnnxOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        options ??= new OnnxOptions();
        options.Validate();
        byte[] file = OnnxExport.Write(this, options);
        WholeFile.Write(path, stream => stream.Write(file));
    }

    /// <summary>
    /// The same model, scored by another engine: the same columns, batched and lazy as before. It is saved with the network in the engine's
    /// form beside the weights, so that an application which only scores needs Microsoft.ML.OnnxRuntime alone, and no libtorch; one that
    /// has libtorch alone scores by that.
    /// </summary>
    /// <param name="engine">What computes the network.</param>
    /// <param name="options">
    /// The rows on which <see cref="ScoringEngine.OnnxInt8"/> measures its ranges, and how: only the options of the calibration and
    /// <see cref="OnnxOptions.Opset"/> count. Null: the defaults.
    /// </param>
    /// <returns>A model of its own: of a chain, put it in this one's place by <see cref="ReplaceIn"/>.</returns>
    /// <exception cref="ArgumentException">Options are out of range, or the rows to measure on are absent or not the network's.</exception>
    /// <exception cref="NotSupportedException">A registered network is built of modules that cannot be exported.</exception>
    public NetworkTransformer WithEngine(ScoringEngine engine, OnnxOptions? options = null)
    {
        if (!Enum.IsDefined(engine))
        {
            throw new ArgumentOutOfRangeException(nameof(engine), engine, $"expected {string.Join(", ", Enum.GetNames<ScoringEngine>())}.");
        }

        OnnxOptions own = (options ?? new OnnxOptions()).ForScoring(engine);
        own.Validate();
        ScoringGraph? graph = engine == ScoringEngine.LibTorch ? null : new ScoringGraph(own.Precision, OnnxExport.Write(this, own));
        return new NetworkTransformer(_environment, Description, _scorer.Weights, History, graph);
    }

    /// <summary>The model with another network in the place of its one.</summary>
    /// <param name="model">A network, or a chain of stages, which may hold chains; it stays as it is.</param>
    /// <param name="network">The network to put there.</param>
    /// <exception cref="ArgumentException">The model holds no network, or several.</exception>
    public static ITransformer ReplaceIn(ITransformer model, NetworkTransformer network)
    {
        ArgumentNullException.ThrowIfNull(network);
        NetworkTransformer old = FindIn(model);
        return model == old ? network
            : new TransformerChain<ITransformer>([.. Stages(model).Select(stage => stage == old ? network : stage)]);
    }

    /// <summary>Frees the network's memory. May be called again, and while others score; a later use builds the network again.</summary>
    public void Dispose() => _scorer.Free();

    void ICanSaveModel.Save(ModelSaveContext ctx) => ModelFile.Save(ctx, Description, _scorer.Weights, History, _scorer.Graph);

    /// <inheritdoc cref="NetworkScorer.Trace"/>
    internal TracedNetwork Trace() => _scorer.Trace();

    /// <summary>A fresh network with the weights, in evaluation mode; the caller owns it.</summary>
    internal FeatureNetwork CreateNetwork() => _scorer.Create();

    /// <summary>What an estimator announces: the input's shape and the added columns.</summary>
    internal static SchemaShape OutputShape(
        SchemaShape input, string? score, string? predictedLabel, string? features, DataViewType? keyValues)
    {
        List<SchemaShape.Column> columns = [];
        if (score is not null && predictedLabel is not null)
        {
            columns.Add(SchemaShapes.PredictedLabel(predictedLabel, keyValues));
            columns.Add(SchemaShapes.Score(score, keyValues));
        }

        if (features is not null)
        {
            columns.Add(SchemaShapes.Column(features, SchemaShape.Column.VectorKind.Vector, NumberDataViewType.Single));
        }

        return SchemaShapes.Add(input, [.. columns]);
    }

    // ML.NET finds this by name, parameters and result: it must be ITransformer, as the attribute above says.
#pragma warning disable CA1859
    private static ITransformer Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        try
        {
            (ModelDescription description, byte[] weights, TrainingHistory? history, ScoringGraph? graph) = ModelFile.Load(ctx);
            return new NetworkTransformer(env, description, weights, history, graph);
        }
        catch (FormatException fault)
        {
            // ML.NET calls this by reflection; an exception marked as its own comes out as InvalidOperationException, any other as
            // TargetInvocationException.
            throw env.Process(fault);
        }
    }
#pragma warning restore CA1859

    // A TransformerChain of any type is such a sequence.
    private static IEnumerable<ITransformer> Stages(ITransformer model) =>
        model is IEnumerable<ITransformer> chain ? chain.SelectMany(Stages) : [model];

    private ScoredColumns Bind(DataViewSchema input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new ScoredColumns(input, _scorer);
    }
}
