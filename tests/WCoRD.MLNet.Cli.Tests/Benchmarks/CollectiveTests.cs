using WCoRD.MLNet.Cli.Benchmarks;

namespace WCoRD.MLNet.Tests;

/// <summary>Messages and bytes of the rank that has most to do, worked out by hand from each algorithm.</summary>
[TestClass]
public sealed class CollectiveTests
{
    [TestMethod]
    // Nobody to talk to.
    [DataRow(1, 1000L, 0, 0.0)]
    // Recursive doubling: the whole once to each of log2 R partners. Eight bytes, or fewer values than ranks.
    [DataRow(2, 1L, 1, 4.0)]
    [DataRow(4, 2L, 2, 16.0)]
    [DataRow(8, 7L, 3, 84.0)]
    // Reduce-scatter of a half, a quarter, ..., and the same way back: 2 log2 R messages of 2 (R - 1) / R times the whole.
    [DataRow(2, 3L, 2, 12.0)]
    [DataRow(2, 1000L, 2, 4000.0)]
    [DataRow(4, 1000L, 4, 2 * (2000.0 + 1000))]
    [DataRow(64, 64_000L, 12, 2 * 256_000.0 * 63 / 64)]
    // As of two ranks; the third's whole goes to one of them and back.
    [DataRow(3, 1000L, 4, 4000.0 + 8000)]
    public void CostFor_SumOfFloats_IsTheAlgorithms(int ranks, long values, int rounds, double bytes) => Assert.AreEqual(
        new CollectiveCost(rounds, bytes), new Collective(CollectiveKind.AllReduce, values, sizeof(float)).CostFor(ranks));

    /// <summary>All messages go out at once.</summary>
    [TestMethod]
    [DataRow(1, 0)]
    [DataRow(2, 1)]
    [DataRow(64, 1)]
    public void CostFor_BytesForOthers_IsOneRoundOfThem(int ranks, int rounds) =>
        Assert.AreEqual(new CollectiveCost(rounds, rounds * 100.0), new Collective(CollectiveKind.AllToAll, 100, 1).CostFor(ranks));

    [TestMethod]
    [DataRow(1, 100L, 0, 0.0)]
    // Doubling: 100, then 200 bytes.
    [DataRow(4, 100L, 2, 300.0)]
    // Bruck: 100, 200, then the last 100.
    [DataRow(5, 100L, 3, 400.0)]
    // A ring hands every rank's on, one after the other: from 512 KiB in all, or 80 KiB of three ranks.
    [DataRow(64, 8191L, 6, 63 * 8191.0)]
    [DataRow(64, 8192L, 63, 63 * 8192.0)]
    [DataRow(3, 27_306L, 2, 2 * 27_306.0)]
    [DataRow(7, 20_000L, 6, 6 * 20_000.0)]
    public void CostFor_GatheredBytes_IsTheAlgorithms(int ranks, long bytes, int rounds, double sent) =>
        Assert.AreEqual(new CollectiveCost(rounds, sent), new Collective(CollectiveKind.AllGather, bytes, 1).CostFor(ranks));
}
