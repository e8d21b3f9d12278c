using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>A network computed by libtorch.</summary>
/// <param name="network">The network, prepared to score; this owns it.</param>
/// <param name="normalization">From pixel values to what it reads.</param>
/// <param name="device">Where it computes.</param>
internal sealed class TorchRunner(FeatureNetwork network, InputNormalization normalization, Device device) : INetworkRunner
{
    public int FeatureSize => network.FeatureSize;

    public void Score(PixelBuffer pixels, int rows, Span<float> scores, Span<float> features)
    {
        using IDisposable mode = inference_mode();
        using var scope = NewDisposeScope();
        NetworkOutput output = network.Compute(normalization.Apply(pixels.ToTensor(rows).to(device)));
        if (!scores.IsEmpty)
        {
            nn.functional.softmax(output.Logits, 1).cpu().data<float>().CopyTo(scores[..(rows * network.Classes)]);
        }

        if (!features.IsEmpty)
        {
            output.Features.cpu().contiguous().data<float>().CopyTo(features[..(rows * network.FeatureSize)]);
        }
    }

    public void Dispose() => network.Dispose();
}
