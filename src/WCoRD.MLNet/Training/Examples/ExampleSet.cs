using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>
/// Images in memory: pixels as they were read (bytes stay bytes), labels counted from 0 or <see cref="DistillationStep.NoLabel"/>.
/// </summary>
/// <param name="pixels">The images <c>[rows, channels, height, width]</c>, uint8 or float32, which this disposes.</param>
/// <param name="labels">The class of every row.</param>
/// <param name="device">Where batches are made; null: where the images are.</param>
/// <param name="ranks">The processes that have read the other rows; null: all are here.</param>
internal sealed class ExampleSet(Tensor pixels, long[] labels, Device? device = null, RankGroup? ranks = null) : IDisposable
{
    /// <summary>The images that were read here, <c>[rows, channels, height, width]</c>, uint8 or float32: of several ranks, each its own.</summary>
    public Tensor Pixels { get; } = pixels;

    /// <summary>The class of every row.</summary>
    public long[] Labels { get; } = labels;

    public int Count => Labels.Length;

    /// <summary>The processes that have read the other rows; null: all are here.</summary>
    public RankGroup? Ranks => ranks;

    /// <summary>Where batches are made.</summary>
    public Device Device { get; } = device ?? pixels.device;

    /// <summary>The images of some rows as float32 <c>[batch, channels, height, width]</c>, pixel values as read.</summary>
    /// <param name="rows">Their numbers.</param>
    /// <param name="exchange">Brings those that others have read; null: all are here.</param>
    public Tensor PixelsOf(Tensor rows, RowExchange? exchange = null)
    {
        using var scope = NewDisposeScope();
        return (exchange?.Of(Pixels) ?? Pixels.index_select(0, rows.OnDevice(Pixels.device)))
            .OnDevice(Device)
            .to(ScalarType.Float32)
            .MoveToOuterDisposeScope();
    }

    public long[] LabelsOf(ReadOnlySpan<int> rows)
    {
        var labels = new long[rows.Length];
        for (int i = 0; i < rows.Length; i++)
        {
            labels[i] = Labels[rows[i]];
        }

        return labels;
    }

    /// <summary>Mean and standard deviation of each channel over some rows.</summary>
    public InputNormalization MeasureNormalization(int[] rows)
    {
        const int Chunk = 1024;
        using var scope = NewDisposeScope();
        long channels = Pixels.shape[1];
        Tensor sum = zeros(channels, ScalarType.Float64, Pixels.device);
        Tensor squares = zeros(channels, ScalarType.Float64, Pixels.device);
        int[] places = ranks is null ? rows : [.. rows.Where(row => RowExchange.IsOwn(ranks, row)).Select(row => row / ranks.Size)];
        foreach (int[] chunk in places.Chunk(Chunk))
        {
            using var chunkScope = NewDisposeScope();
            Tensor values = Pixels.index_select(0, tensor(chunk, ScalarType.Int64, Pixels.device)).to(ScalarType.Float64);
            sum.add_(values.sum([0L, 2L, 3L]));
            squares.add_(values.square().sum([0L, 2L, 3L]));
        }

        ranks?.Sum(sum);
        ranks?.Sum(squares);

        double count = (double)rows.Length * Pixels.shape[2] * Pixels.shape[3];
        double[] means = [.. sum.cpu().data<double>().Select(value => value / count)];
        // A constant channel carries nothing: dividing it by 1 keeps it at zero.
        float[] deviations = [.. squares.cpu().data<double>()
            .Select((value, i) => Math.Sqrt(Math.Max(0, (value / count) - (means[i] * means[i]))))
            .Select(deviation => deviation > 1e-6 ? (float)deviation : 1f)];
        return new InputNormalization(1, [.. means.Select(mean => (float)mean)], deviations);
    }

    /// <summary>
    /// Splits the rows at random, class by class, into training and validation rows, both in ascending order. Rows without a label are
    /// trained on.
    /// </summary>
    public (int[] Training, int[] Validation) Split(double validationFraction, Random random)
    {
        var validation = new List<int>();
        foreach (IGrouping<long, int> group in Enumerable.Range(0, Count)
            .Where(row => Labels[row] != DistillationStep.NoLabel)
            .GroupBy(row => Labels[row])
            .OrderBy(group => group.Key))
        {
            int[] rows = [.. group];
            random.Shuffle(rows);
            validation.AddRange(rows.Take((int)Math.Round(rows.Length * validationFraction)));
        }

        var held = validation.ToHashSet();
        validation.Sort();
        return ([.. Enumerable.Range(0, Count).Where(row => !held.Contains(row))], [.. validation]);
    }

    public void Dispose() => Pixels.Dispose();
}
