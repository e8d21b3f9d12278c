namespace WCoRD.MLNet;

/// <summary>
/// Which class each row of the made data has: any 100 rows from a multiple of 100 on hold every class once, in an order of their own.
/// </summary>
internal sealed class SampleClasses(int seed, Cifar100Split split)
{
    private readonly ulong _streams = (ulong)split << 40;
    private int[] _classes = [];

    /// <summary>The fine class of a row; rows are asked for in order.</summary>
    public int Next(int row)
    {
        if (row % Cifar100Names.FineCount == 0)
        {
            _classes = new SampleRandom((ulong)seed, _streams | (1UL << 39) | (uint)row)
                .Shuffled([.. Enumerable.Range(0, Cifar100Names.FineCount)]);
        }

        return _classes[row % Cifar100Names.FineCount];
    }

    /// <summary>A row's own stream of draws, so that its bytes do not depend on how many others there are.</summary>
    /// <param name="row">The row.</param>
    /// <param name="modality">0 for pictures; another number for another modality of the same rows.</param>
    public SampleRandom RandomOf(int row, int modality = 0) => new((ulong)seed, _streams | ((ulong)modality << 32) | (uint)row);
}
