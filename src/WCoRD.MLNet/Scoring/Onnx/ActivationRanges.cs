using TorchSharp;
using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>Measures which numbers a network's values take, and chooses the range that eight bits stand for.</summary>
internal static class ActivationRanges
{
    private const int Bins = 2048;

    // Ranges tried for the least error, as shares of the whole one.
    private const int Tried = 60;
    private const double Step = 0.0125;

    /// <summary>Measures ranges.</summary>
    /// <param name="traced">The network.</param>
    /// <param name="values">The values to measure.</param>
    /// <param name="batches">Pixel values, batch by batch; read once or twice.</param>
    /// <param name="kind">How ranges are chosen.</param>
    /// <returns>For each value, the least and the largest number; 0 lies between.</returns>
    public static IReadOnlyDictionary<GraphValue, (double Least, double Most)> Measure(
        TracedNetwork traced, IReadOnlySet<GraphValue> values, IReadOnlyList<Tensor> batches, CalibrationKind kind)
    {
        var whole = values.ToDictionary(value => value, _ => (Least: 0.0, Most: 0.0));
        Visit(traced, values, batches, (value, numbers) =>
        {
            (double least, double most) = whole[value];
            whole[value] = (Math.Min(least, numbers.min().ToDouble()), Math.Max(most, numbers.max().ToDouble()));
        });
        if (kind == CalibrationKind.MinMax)
        {
            return whole;
        }

        var counts = values.ToDictionary(value => value, _ => new double[Bins]);
        Visit(traced, values, batches, (value, numbers) =>
        {
            (double least, double most) = whole[value];
            double width = Math.Max((most - least) / Bins, double.Epsilon);
            long[] part = ((numbers.flatten() - least) / width).to(ScalarType.Int64).clamp(0, Bins - 1).bincount(null, Bins).data<long>().ToArray();
            for (int bin = 0; bin < Bins; bin++)
            {
                counts[value][bin] += part[bin];
            }
        });
        return values.ToDictionary(value => value, value => Best(whole[value], counts[value]));
    }

    /// <summary>The range of least squared error between numbers and what eight bits make of them.</summary>
    /// <param name="whole">The whole range, which the bins divide.</param>
    /// <param name="counts">How many numbers are in each bin.</param>
    internal static (double Least, double Most) Best((double Least, double Most) whole, double[] counts) =>
        Enumerable.Range(0, Tried)
            .Select(i => 1 - (i * Step))
            .Select(share => (Least: whole.Least * share, Most: whole.Most * share))
            .MinBy(range => Error(whole, counts, range));

    private static double Error((double Least, double Most) whole, double[] counts, (double Least, double Most) range)
    {
        double width = (whole.Most - whole.Least) / counts.Length;
        Quantization quantization = Quantization.Of(range);
        double error = 0;
        for (int bin = 0; bin < counts.Length; bin++)
        {
            double number = whole.Least + ((bin + 0.5) * width);
            double lost = number - quantization.Nearest(number);
            error += counts[bin] * lost * lost;
        }

        return error;
    }

    private static void Visit(
        TracedNetwork traced, IReadOnlySet<GraphValue> values, IReadOnlyList<Tensor> batches, Action<GraphValue, Tensor> visit)
    {
        foreach (Tensor batch in batches)
        {
            GraphOperators.Compute(traced.Graph, batch, (value, numbers) =>
            {
                if (values.Contains(value))
                {
                    visit(value, numbers);
                }
            });
        }
    }
}
