using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>
/// Maps pixel values of an input column to what a network was trained on: <c>(value * Scale - Mean) / StandardDeviation</c>, per channel.
/// </summary>
/// <remarks>It never changes: lists are copied when it is made.</remarks>
public sealed class InputNormalization
{
    /// <summary>Creates a normalization.</summary>
    /// <param name="scale">The factor applied first; 1/255 for bytes whose mean is stated in [0, 1].</param>
    /// <param name="mean">One mean for each channel, after scaling.</param>
    /// <param name="standardDeviation">One standard deviation for each channel, after scaling; above 0.</param>
    public InputNormalization(float scale, IReadOnlyList<float> mean, IReadOnlyList<float> standardDeviation)
    {
        ArgumentNullException.ThrowIfNull(mean);
        ArgumentNullException.ThrowIfNull(standardDeviation);
        (Scale, Mean, StandardDeviation) = (scale, [.. mean], [.. standardDeviation]);
    }

    /// <summary>CIFAR-100's own, for pixel values 0 to 255 (RepDistiller's constants).</summary>
    public static InputNormalization Cifar100 { get; } = new(1 / 255f, [0.5071f, 0.4867f, 0.4408f], [0.2675f, 0.2565f, 0.2761f]);

    /// <summary>
    /// ImageNet's, for pixel values 0 to 255: what the published weights of torchvision, and most of timm's, were trained on.
    /// </summary>
    public static InputNormalization ImageNet { get; } = new(1 / 255f, [0.485f, 0.456f, 0.406f], [0.229f, 0.224f, 0.225f]);

    /// <summary>The factor applied first.</summary>
    public float Scale { get; }

    /// <summary>The mean of each channel, after scaling.</summary>
    public IReadOnlyList<float> Mean { get; }

    /// <summary>The standard deviation of each channel, after scaling.</summary>
    public IReadOnlyList<float> StandardDeviation { get; }

    /// <summary>The number of channels.</summary>
    public int Channels => Mean.Count;

    /// <summary>Whether all numbers are finite, and the deviations above 0.</summary>
    internal bool IsUsable =>
        float.IsFinite(Scale) && Mean.All(float.IsFinite) && StandardDeviation.All(deviation => float.IsFinite(deviation) && deviation > 0);

    /// <summary>What tells it from others.</summary>
    internal string Identity =>
        Invariant($"normalisation {Scale} ({InvariantText.Join(", ", Mean)}) ({InvariantText.Join(", ", StandardDeviation)})");

    /// <summary>Normalises a batch.</summary>
    /// <param name="pixels">Pixel values <c>[batch, channels, height, width]</c>, float32.</param>
    /// <returns>A new tensor of the same shape.</returns>
    public Tensor Apply(Tensor pixels)
    {
        using var scope = NewDisposeScope();
        Tensor factor = Numbers(StandardDeviation.Select(deviation => Scale / deviation));
        Tensor offset = Numbers(Mean.Zip(StandardDeviation, (mean, deviation) => -mean / deviation));
        return (pixels * factor).add_(offset, LiveScalar.One).ChannelsLast().MoveToOuterDisposeScope();

        // Made where they are needed: a recorded step can take nothing from the CPU's memory.
        Tensor Numbers(IEnumerable<float> values) =>
            cat([.. values.Select(value => full(1, value, ScalarType.Float32, pixels.device))]).view(1, -1, 1, 1);
    }
}
