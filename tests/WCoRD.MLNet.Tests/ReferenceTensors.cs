using System.Text;
using static TorchSharp.torch;

namespace WCoRD.MLNet.Tests;

/// <summary>The tensors of the reference values, generated from their names as ReferenceValues/README.md says.</summary>
internal static class ReferenceTensors
{
    /// <summary>A parameter or buffer, filled by the rule for its name and shape.</summary>
    public static Tensor Fill(string name, params long[] shape)
    {
        if (name.EndsWith("running_var", StringComparison.Ordinal))
        {
            return Make(name, shape, u => 0.5 + u);
        }

        if (name.EndsWith("running_mean", StringComparison.Ordinal) || name.EndsWith("bias", StringComparison.Ordinal))
        {
            return Make(name, shape, u => (u - 0.5) * 0.2);
        }

        if (shape.Length >= 2)
        {
            double bound = Math.Sqrt(3.0 / (Count(shape) / shape[0]));
            return Make(name, shape, u => ((2 * u) - 1) * bound);
        }

        return name.EndsWith("weight", StringComparison.Ordinal) && shape.Length == 1
            ? Make(name, shape, u => 0.25 + (0.5 * u))
            : throw new ArgumentException($"No rule fills '{name}' of shape [{string.Join(", ", shape)}].", nameof(name));
    }

    /// <summary>A plain input: <c>lo + (hi - lo) * u</c>.</summary>
    public static Tensor Uniform(string name, double lo, double hi, params long[] shape) => Make(name, shape, u => lo + ((hi - lo) * u));

    /// <summary>The numbers u in [0, 1) of a name: splitmix64 from the name's FNV-1a hash.</summary>
    public static double[] Numbers(string name, long count)
    {
        ulong hash = 0xcbf29ce484222325;
        foreach (byte letter in Encoding.UTF8.GetBytes(name))
        {
            hash = unchecked((hash ^ letter) * 0x100000001b3);
        }

        double[] numbers = new double[count];
        for (int i = 0; i < numbers.Length; i++)
        {
            unchecked
            {
                ulong z = hash + ((ulong)(i + 1) * 0x9E3779B97F4A7C15);
                z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
                z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
                z ^= z >> 31;
                numbers[i] = (z >> 11) * (1.0 / (1L << 53));
            }
        }

        return numbers;
    }

    private static Tensor Make(string name, long[] shape, Func<double, double> value) =>
        tensor(Array.ConvertAll(Numbers(name, Count(shape)), u => (float)value(u)), shape, ScalarType.Float32);

    private static long Count(long[] shape) => shape.Aggregate(1L, (product, length) => product * length);
}
