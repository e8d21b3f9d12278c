using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>
/// Brings the rows of a batch to the ranks that compute with them. Of R ranks, each has read every R-th row: so all of them together may
/// hold more rows than one of their machines.
/// </summary>
internal sealed class RowExchange
{
    private readonly RankGroup _ranks;
    private readonly int[][]? _wanted;
    private readonly int[] _here;

    private RowExchange(RankGroup ranks, int[][]? wanted, int[] here) => (_ranks, _wanted, _here) = (ranks, wanted, here);

    /// <summary>Every rank wants all of some rows.</summary>
    public static RowExchange ForAll(RankGroup ranks, int[] rows) => new(ranks, [.. Enumerable.Repeat(rows, ranks.Size)], rows);

    /// <summary>Every rank wants its share of some rows.</summary>
    public static RowExchange ForShares(RankGroup ranks, int[] rows)
    {
        var share = new BatchShare(rows.Length, ranks.Rank, ranks.Size);
        int[][] wanted = [.. Enumerable.Range(0, ranks.Size).Select(rank => share.Of(rank).Of(rows))];
        return new RowExchange(ranks, wanted, wanted[ranks.Rank]);
    }

    /// <summary>This rank wants rows that it has read itself: nothing is exchanged.</summary>
    public static RowExchange ForOwn(RankGroup ranks, int[] rows) => new(ranks, null, rows);

    /// <summary>Whether a rank reads a row.</summary>
    public static bool IsOwn(RankGroup ranks, long row) => row % ranks.Size == ranks.Rank;

    /// <summary>The number of a row among all, from its place among those that this rank has read.</summary>
    public static int NumberOf(RankGroup ranks, int place) => (place * ranks.Size) + ranks.Rank;

    /// <summary>The number of rows that a rank reads.</summary>
    public static int OwnCount(RankGroup ranks, int rows) => (rows - ranks.Rank + ranks.Size - 1) / ranks.Size;

    /// <summary>The values of the rows wanted here.</summary>
    /// <param name="own">The values of the rows that this rank has read, <c>[rows, ...]</c>, on the CPU.</param>
    public Tensor Of(Tensor own) => Of(places => own.index_select(0, tensor(places)));

    /// <summary>The same of values that are read by their places among this rank's rows.</summary>
    public Tensor Of(Func<long[], Tensor> read)
    {
        if (_wanted is null)
        {
            return read([.. _here.Select(Place)]);
        }

        using var scope = NewDisposeScope();
        long[][] given = [.. _wanted.Select(rows => (long[])[.. rows.Where(row => IsOwn(_ranks, row)).Select(Place)])];
        Tensor sent = read([.. given.SelectMany(places => places)]).contiguous();
        Tensor received = empty([_here.Length, .. sent.shape[1..]], sent.dtype);
        int[] from = [.. Enumerable.Range(0, _ranks.Size).Select(rank => _here.Count(row => row % _ranks.Size == rank))];
        int rowBytes = checked((int)(sent.shape[1..].Aggregate(1L, (product, side) => product * side) * sent.element_size()));
        _ranks.AllToAll(
            sent.bytes, [.. given.Select(places => checked(places.Length * rowBytes))], received.bytes, [.. from.Select(rows => checked(rows * rowBytes))]);

        // They came by the ranks that sent them, and go where they are wanted.
        long[] order = new long[_here.Length];
        foreach ((int came, int place) in Enumerable.Range(0, _here.Length).OrderBy(place => _here[place] % _ranks.Size).Index())
        {
            order[place] = came;
        }

        return received.index_select(0, tensor(order)).MoveToOuterDisposeScope();
    }

    private long Place(int row) => row / _ranks.Size;
}
