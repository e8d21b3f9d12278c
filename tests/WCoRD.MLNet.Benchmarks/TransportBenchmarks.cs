using BenchmarkDotNet.Attributes;
using static TorchSharp.torch;

namespace WCoRD.MLNet.Benchmarks;

/// <summary>LCKT with its backward pass; plans are found without a graph.</summary>
[MemoryDiagnoser]
public class TransportBenchmarks : IDisposable
{
    private const int Embedding = 128;
    private Tensor[] _embeddings = [];

    [Params(64, 256, 1024)]
    public int Batch { get; set; }

    [Params(TransportSolver.Ipot, TransportSolver.Sinkhorn, TransportSolver.Exact)]
    public TransportSolver Solver { get; set; }

    [GlobalSetup]
    public void Setup() => _embeddings = [.. Enumerable.Range(0, 2).Select(_ => nn.functional.normalize(randn(Batch, Embedding)).requires_grad_())];

    [Benchmark]
    public void Step()
    {
        using var scope = NewDisposeScope();
        new LocalContrastiveLoss(Solver).Compute(_embeddings[0], _embeddings[1]).backward();
    }

    [GlobalCleanup]
    public void Dispose()
    {
        foreach (Tensor embedding in _embeddings)
        {
            embedding.Dispose();
        }

        GC.SuppressFinalize(this);
    }
}
