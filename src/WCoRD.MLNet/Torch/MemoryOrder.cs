using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>How maps and weights lie in memory.</summary>
internal static class MemoryOrder
{
    /// <summary>Channels last in memory, the same shape: convolutions then choose their faster form on a CPU.</summary>
    /// <param name="values">Four-dimensional, channels second.</param>
    public static Tensor ChannelsLast(this Tensor values) => values.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2);
}
