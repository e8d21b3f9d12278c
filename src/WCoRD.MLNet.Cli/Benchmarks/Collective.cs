using System.Numerics;

namespace WCoRD.MLNet.Cli.Benchmarks;

/// <summary>One call of MPI in which all ranks take part.</summary>
/// <remarks>
/// The algorithms are MPICH's for ranks on machines of their own (R. Thakur, R. Rabenseifner, W. Gropp: Optimization of Collective
/// Communication Operations in MPICH, 2005). Which is taken stands in MPICH 4.0.2's <c>maint/tuning/coll/mpir/generic.json</c>: up to 8 bytes,
/// and fewer values than ranks, are added up by recursive doubling, all else by Rabenseifner's reduce-scatter and all-gather; less than
/// 512 KiB in all are gathered by recursive doubling (of a number of ranks that is no power of two less than 80 KiB, by Bruck's algorithm),
/// more by a ring. What each has for the others goes to all of them at once (<c>MPI_Alltoallv</c>, scattered).
/// </remarks>
/// <param name="Kind">What is done.</param>
/// <param name="Values">The number of values that each rank gives; to all others together, where they get different ones.</param>
/// <param name="ValueBytes">The bytes of one.</param>
internal readonly record struct Collective(CollectiveKind Kind, long Values, int ValueBytes)
{
    private const long ShortSum = 8;
    private const long ShortGather = 512 * 1024;
    private const long ShortGatherOfAny = 80 * 1024;

    /// <summary>The bytes that each rank gives.</summary>
    public long Bytes => Values * ValueBytes;

    /// <summary>What the rank that has most to do does.</summary>
    public CollectiveCost CostFor(int ranks) => (ranks, Kind) switch
    {
        (1, _) => default,
        (_, CollectiveKind.AllReduce) => Sum(ranks),
        (_, CollectiveKind.AllGather) => Gather(ranks),
        _ => new CollectiveCost(1, Bytes),
    };

    private CollectiveCost Sum(int ranks)
    {
        int doublings = BitOperations.Log2((uint)ranks), power = 1 << doublings;
        CollectiveCost cost = Bytes <= ShortSum || Values < power
            ? new CollectiveCost(doublings, (double)doublings * Bytes)
            : new CollectiveCost(2 * doublings, 2.0 * Bytes * (power - 1) / power);

        // Those beyond the power of two hand theirs to another rank first, and get the sum from it at the end.
        return ranks == power ? cost : cost + new CollectiveCost(2, 2.0 * Bytes);
    }

    private CollectiveCost Gather(int ranks)
    {
        bool isPower = BitOperations.IsPow2(ranks), isShort = Bytes * ranks < (isPower ? ShortGather : ShortGatherOfAny);
        int rounds = isShort ? BitOperations.Log2((uint)ranks - 1) + 1 : ranks - 1;
        return new CollectiveCost(rounds, (double)Bytes * (ranks - 1));
    }
}
