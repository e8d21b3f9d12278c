using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>Measures which numbers a network's values take, and chooses the range that eight bits stand for.</summary>
internal static class ActivationRanges
{
    private const int Bins = 2048;

    // Ranges tried for the least error, as shares of the whole one.
    private const int Tried = 60;
    private const double Step = 0.0125;

    // Ranges are those of nine images in ten: in some networks the largest numbers of the others are so much larger that all else, in 255
    // steps of their range, is lost.
    private const double UsualImages = 0.9;

    /// <summary>Measures ranges.</summary>
    /// <param name="traced">The network.</param>
    /// <param name="values">The values to measure.</param>
    /// <param name="batches">Pixel values, batch by batch; read once or twice.</param>
    /// <param name="kind">How ranges are chosen.</param>
    /// <returns>For each value, the least and the largest number; 0 lies between.</returns>
    public static IReadOnlyDictionary<GraphValue, (double Least, double Most)> Measure(
        TracedNetwork traced, IReadOnlySet<GraphValue> values, IReadOnlyList<Tensor> batches, CalibrationKind kind)
    {
        var ofImages = values.ToDictionary(value => value, _ => (Least: new List<float>(), Most: new List<float>()));
        Visit(traced, values, batches, (value, numbers) =>
        {
            Tensor images = numbers.flatten(1);
            ofImages[value].Least.AddRange(images.amin([1]).data<float>());
            ofImages[value].Most.AddRange(images.amax([1]).data<float>());
        });
        double share = kind == CalibrationKind.MinMax ? 1 : UsualImages;
        var whole = ofImages.ToDictionary(
            item => item.Key, item => (Least: -Largest(item.Value.Least.Select(number => -number), share), Most: Largest(item.Value.Most, share)));
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

    /// <summary>What a share of the images' largest numbers stay within, at least 0.</summary>
    /// <param name="ofImages">The largest number of each image.</param>
    /// <param name="share">The share, up to 1: all.</param>
    internal static double Largest(IEnumerable<float> ofImages, double share)
    {
        float[] sorted = [.. ofImages.Order()];
        return Math.Max(0, sorted[(int)Math.Ceiling(share * sorted.Length) - 1]);
    }

    /// <summary>Computes values of a network.</summary>
    /// <param name="traced">The network.</param>
    /// <param name="values">The values.</param>
    /// <param name="batches">Pixel values, batch by batch.</param>
    /// <param name="visit">Told each value's numbers of each batch; it may not keep them.</param>
    internal static void Visit(
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
}
