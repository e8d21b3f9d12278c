namespace WCoRD.MLNet;

/// <summary>
/// Which rows a reader will ask for: a cursor that prepares rows ahead may leave out the others. One that is asked for them all the same
/// prepares them then.
/// </summary>
/// <param name="Rank">The first row.</param>
/// <param name="Size">From there, every so many-th.</param>
internal sealed record RowShare(int Rank, int Size)
{
    [ThreadStatic]
    private static RowShare? _present;

    /// <summary>Of the cursors that this thread makes now; null: all rows.</summary>
    public static RowShare? Present => _present;

    /// <summary>Says it, until the result is disposed.</summary>
    public static IDisposable Begin(int rank, int size)
    {
        _present = new RowShare(rank, size);
        return new Ending();
    }

    /// <summary>Whether a row will be asked for.</summary>
    public bool Has(long row) => row % Size == Rank;

    private sealed class Ending : IDisposable
    {
        public void Dispose() => _present = null;
    }
}
