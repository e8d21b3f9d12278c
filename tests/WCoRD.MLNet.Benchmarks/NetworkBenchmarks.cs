using BenchmarkDotNet.Attributes;
using static TorchSharp.torch;

namespace WCoRD.MLNet.Benchmarks;

/// <summary>A network that scores a batch of 32 x 32 images, as it was trained and with its batch norms folded.</summary>
public class NetworkBenchmarks : IDisposable
{
    private FeatureNetwork? _network;
    private Tensor? _input;

    [Params("resnet8x4", "vgg8")]
    public string Network { get; set; } = "";

    [Params(1, 32, 256)]
    public int Batch { get; set; }

    [Params(false, true)]
    public bool Folded { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _network = NetworkCatalog.Create(Network, 100);
        _network.eval();
        _input = InputNormalization.Cifar100.Apply(rand(Batch, 3, 32, 32));
        if (Folded)
        {
            _network.Fold();
        }
    }

    [Benchmark]
    public void Score()
    {
        using IDisposable mode = inference_mode();
        using Tensor logits = _network!.forward(_input!);
    }

    [GlobalCleanup]
    public void Dispose()
    {
        _network?.Dispose();
        _input?.Dispose();
        GC.SuppressFinalize(this);
    }
}
