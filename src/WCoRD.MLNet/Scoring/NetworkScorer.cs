using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>Keeps the weights as bytes and the network only while it is used. Thread-safe.</summary>
/// <remarks>
/// <c>PredictionEngine.Dispose</c> disposes the model it was made from, and others may still score with it:
/// so <see cref="Free"/> frees the network when its last user has left, and the next use builds it again.
/// </remarks>
/// <param name="description">What the network is and reads.</param>
/// <param name="weights">Its weights, as safetensors.</param>
/// <param name="graph">The same network for ONNX Runtime, which then computes it where it is there; null: libtorch does.</param>
/// <param name="device">Finds where it computes, once libtorch is needed.</param>
internal sealed class NetworkScorer(ModelDescription description, byte[] weights, ScoringGraph? graph, Func<Device> device)
{
    private readonly Lock _lock = new();
    private Shared? _shared;
    private int _featureSize;
    private int _calls;

    public ModelDescription Description => description;

    public byte[] Weights => weights;

    public ScoringGraph? Graph => graph;

    /// <summary>How often the network was called.</summary>
    public int Calls => Volatile.Read(ref _calls);

    /// <summary>The number of penultimate features.</summary>
    public int FeatureSize
    {
        get
        {
            if (Volatile.Read(ref _featureSize) == 0)
            {
                Leave(Enter());
            }

            return _featureSize;
        }
    }

    /// <summary>Builds a network with the weights, in evaluation mode; the caller owns it.</summary>
    /// <exception cref="InvalidOperationException">libtorch cannot be loaded.</exception>
    /// <exception cref="FormatException">The weights are not the network's.</exception>
    public FeatureNetwork Create()
    {
        TorchRuntime.EnsureLoaded();
        FeatureNetwork network = Load();
        network.eval();
        return network;
    }

    /// <summary>Writes the network down as it scores, in the present dispose scope.</summary>
    /// <exception cref="NotSupportedException">It is built of modules that cannot be exported.</exception>
    public TracedNetwork Trace()
    {
        using FeatureNetwork network = Create();
        network.Fold();
        return TracedNetwork.Of(network, description.Normalization, description.Height, description.Width);
    }

    /// <summary>Scores the first rows of a buffer.</summary>
    /// <param name="pixels">The pixels.</param>
    /// <param name="rows">How many rows to score.</param>
    /// <param name="scores">Receives the class probabilities, row after row; empty: not wanted.</param>
    /// <param name="features">Receives the penultimate features, row after row; empty: not wanted.</param>
    public void Score(PixelBuffer pixels, int rows, Span<float> scores, Span<float> features)
    {
        Shared shared = Enter();
        try
        {
            Interlocked.Increment(ref _calls);
            shared.Runner.Score(pixels, rows, scores, features);
        }
        finally
        {
            Leave(shared);
        }
    }

    /// <summary>Frees the network, now or when its last user leaves.</summary>
    public void Free()
    {
        lock (_lock)
        {
            if (_shared is { } shared)
            {
                _shared = null;
                shared.Retired = true;
                FreeIfUnused(shared);
            }
        }
    }

    private INetworkRunner CreateRunner()
    {
        if (graph is null)
        {
            return CreateTorchRunner();
        }

        try
        {
            return OnnxRunner.Open(graph, description);
        }
        catch (InvalidOperationException withoutRuntime)
        {
            // The weights are there too: an application that has libtorch alone scores by it.
            try
            {
                return CreateTorchRunner();
            }
            catch (InvalidOperationException withoutTorch)
            {
                throw new InvalidOperationException($"{withoutRuntime.Message} Nor can libtorch score: {withoutTorch.Message}", withoutRuntime);
            }
        }
    }

    private TorchRunner CreateTorchRunner()
    {
        Device where = device();
        return new TorchRunner(Load().Prepare(folded: true, Precision.Float32, where), description.Normalization, where);
    }

    private FeatureNetwork Load()
    {
        FeatureNetwork network = NetworkCatalog.Create(description.Network, description.Classes, description.Channels);
        using var stream = new MemoryStream(weights, writable: false);
        NetworkWeights.Load(network, stream, $"the model's weights of {description.Network}");
        return network;
    }

    private Shared Enter()
    {
        lock (_lock)
        {
            _shared ??= new Shared(CreateRunner());
            _featureSize = _shared.Runner.FeatureSize;
            _shared.Users++;
            return _shared;
        }
    }

    private void Leave(Shared shared)
    {
        lock (_lock)
        {
            shared.Users--;
            FreeIfUnused(shared);
        }
    }

    private static void FreeIfUnused(Shared shared)
    {
        if (shared.Retired && shared.Users == 0)
        {
            shared.Runner.Dispose();
        }
    }

    private sealed class Shared(INetworkRunner runner)
    {
        public INetworkRunner Runner => runner;

        public int Users { get; set; }

        public bool Retired { get; set; }
    }
}
