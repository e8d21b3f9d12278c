using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>Small steps on tensors.</summary>
internal static class TensorExtensions
{
    /// <summary>Losses are computed in float32 whatever the networks compute in; float64 stays, for gradient checks.</summary>
    public static Tensor AtLeastSingle(this Tensor values) =>
        values.dtype is ScalarType.Float16 or ScalarType.BFloat16 ? values.to_type(ScalarType.Float32) : values;

    /// <summary>The same values where is computed. A GPU takes them when it comes to them, and nobody waits for it.</summary>
    /// <param name="values">Values on the CPU, or there already.</param>
    /// <param name="device">Where is computed.</param>
    public static Tensor OnDevice(this Tensor values, Device device) => values.to(device, non_blocking: true);

    /// <summary>Rows of length 1: <c>x / sqrt(sum x^2)</c>, as the reference has it.</summary>
    /// <remarks>The clamp only keeps a row of zeros, and its gradient, finite; it changes no row longer than 1e-12.</remarks>
    /// <param name="rows"><c>[rows, features]</c>.</param>
    public static Tensor UnitRows(this Tensor rows) => rows / rows.square().sum(1, keepdim: true).clamp_min(1e-24).sqrt();
}
