using BenchmarkDotNet.Attributes;
using static TorchSharp.torch;

namespace WCoRD.MLNet.Benchmarks;

/// <summary>GCKT with its backward pass and bank update: the cost against N rows, K negatives (0: all) and the batch.</summary>
[MemoryDiagnoser]
public class ContrastBenchmarks : IDisposable
{
    private const int Embedding = 128;
    private GlobalContrastiveLoss? _loss;
    private Tensor[] _embeddings = [];
    private long[] _rows = [];

    [Params(50_000, 500_000, 1_281_167)]
    public int N { get; set; }

    [Params(0, 1_024, 16_384)]
    public int K { get; set; }

    [Params(false, true)]
    public bool Shared { get; set; }

    [Params(64, 256)]
    public int Batch { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        long[] labels = [.. Enumerable.Range(0, N).Select(row => (long)(row % 100))];
        NegativeSampler? sampler = K == 0 ? null : new NegativeSampler(labels, K, seed: 1);
        _loss = new GlobalContrastiveLoss(new MemoryBank(labels, Embedding), Critic.Create(K == 0 ? CriticForm.InfoNce : CriticForm.Nce, 0.07), sampler, Shared && K > 0);
        _loss.train();
        _embeddings = [.. Enumerable.Range(0, 2).Select(_ => nn.functional.normalize(randn(Batch, Embedding)).requires_grad_())];
        _rows = [.. Enumerable.Range(0, Batch).Select(row => (long)row)];
    }

    [Benchmark]
    public void Step()
    {
        using var scope = NewDisposeScope();
        _loss!.Compute(_embeddings[0], _embeddings[1], tensor(_rows), own: null).backward();
        _loss.AfterStep();
    }

    [GlobalCleanup]
    public void Dispose()
    {
        _loss?.Dispose();
        foreach (Tensor embedding in _embeddings)
        {
            embedding.Dispose();
        }

        GC.SuppressFinalize(this);
    }
}
