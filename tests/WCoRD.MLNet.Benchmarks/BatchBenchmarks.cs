using BenchmarkDotNet.Attributes;
using static TorchSharp.torch;

namespace WCoRD.MLNet.Benchmarks;

/// <summary>A batch of 32 x 32 images from rows in memory: gathered, cropped, flipped, normalised.</summary>
[MemoryDiagnoser]
public class BatchBenchmarks : IDisposable
{
    private const int Rows = 50_000;
    private readonly Augmentation _augmentation = new(new PaddedCrop(4), flip: true);
    private readonly Random _random = new(1);
    private ExampleSet? _examples;

    [Params(64, 256)]
    public int Batch { get; set; }

    [GlobalSetup]
    public void Setup() => _examples = new ExampleSet(randint(256, [Rows, 3, 32, 32], ScalarType.Byte), new long[Rows]);

    [Benchmark]
    public void Make()
    {
        using var scope = NewDisposeScope();
        Tensor pixels = _examples!.PixelsOf(randint(Rows, [Batch], ScalarType.Int64));
        _ = InputNormalization.Cifar100.Apply(_augmentation.Apply(pixels, _augmentation.Draw(Batch, _random)));
    }

    [GlobalCleanup]
    public void Dispose()
    {
        _examples?.Dispose();
        GC.SuppressFinalize(this);
    }
}
