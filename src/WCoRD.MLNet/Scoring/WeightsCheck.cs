using System.Runtime.InteropServices;
using TorchSharp;

namespace WCoRD.MLNet;

/// <summary>
/// Checks a model's weights when it is loaded, without libtorch: a damaged or useless model fails there, and not when it is first used.
/// </summary>
internal static class WeightsCheck
{
    /// <exception cref="FormatException">These are no whole safetensors, or a weight is NaN or infinite.</exception>
    public static void Run(ReadOnlyMemory<byte> weights, string name)
    {
        (IReadOnlyList<SafetensorsEntry> entries, _, long start) = SafetensorsHeader.Read(weights, name);
        foreach (SafetensorsEntry entry in entries.Where(entry => entry.Type == torch.ScalarType.Float32))
        {
            ReadOnlySpan<float> values = MemoryMarshal.Cast<byte, float>(
                weights.Span[(int)(start + entry.Begin)..(int)(start + entry.End)]);
            if (values.IndexOfAnyExceptInRange(float.MinValue, float.MaxValue) >= 0)
            {
                long faults = values.ToArray().LongCount(value => !float.IsFinite(value));
                throw new FormatException($"The model cannot score: its {FiniteNumbers.Describe(entry.Name, faults, values.Length)}. "
                    + "Expected finite weights: train it anew.");
            }
        }
    }
}
