using TorchSharp;
using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>Finds tensors that hold NaN or infinity: a network with one of them scores nothing but NaN.</summary>
internal static class FiniteNumbers
{
    /// <summary>The first tensor that is not finite, in words; null: all are.</summary>
    /// <param name="tensors">Names and values, which stay their owners'.</param>
    public static string? FirstFault(IEnumerable<KeyValuePair<string, Tensor>> tensors)
    {
        foreach ((string name, Tensor value) in tensors)
        {
            using var scope = NewDisposeScope();
            using var frozen = no_grad();
            if (!value.is_floating_point())
            {
                continue;
            }

            long faults = value.isfinite().logical_not().sum().ToInt64();
            if (faults > 0)
            {
                return Describe(name, faults, value.numel());
            }
        }

        return null;
    }

    /// <summary>The fault of one tensor in words.</summary>
    public static string Describe(string name, long faults, long values) =>
        Invariant($"tensor '{name}' holds {faults} of {values} values that are NaN or infinite");
}
