using static TorchSharp.torch;

namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed class RowExchangeTests
{
    private const int Ranks = 3;
    private const int Rows = 11;

    [TestMethod]
    public void Of_RowsOfOthers_ComeInTheOrderWanted()
    {
        int[] wanted = [10, 0, 7, 7, 3, 4, 9, 1];
        foreach ((int rank, ((long[] all, long[] share), Exception? fault)) in ThreadCommunicator.Run(Ranks, communicator =>
        {
            using var scope = NewDisposeScope();
            var ranks = new RankGroup(communicator);
            Tensor own = Own(ranks);
            return (RowExchange.ForAll(ranks, wanted).Of(own).data<long>().ToArray(), RowExchange.ForShares(ranks, wanted).Of(own).data<long>().ToArray());
        }).Index())
        {
            Assert.IsNull(fault);
            CollectionAssert.AreEqual(wanted.SelectMany(Values).ToArray(), all);

            // Eight rows of three ranks: 2, 3 and 3.
            int[] mine = rank switch { 0 => wanted[..2], 1 => wanted[2..5], _ => wanted[5..] };
            CollectionAssert.AreEqual(mine.SelectMany(Values).ToArray(), share);
        }
    }

    [TestMethod]
    public void Of_OwnRows_NeedsNobody()
    {
        foreach ((long[]? found, Exception? fault) in ThreadCommunicator.Run(Ranks, communicator =>
        {
            using var scope = NewDisposeScope();
            var ranks = new RankGroup(communicator);
            return communicator.Rank != 1 ? null : RowExchange.ForOwn(ranks, [7, 1]).Of(Own(ranks)).data<long>().ToArray();
        }))
        {
            Assert.IsNull(fault);
            if (found is not null)
            {
                CollectionAssert.AreEqual(((int[])[7, 1]).SelectMany(Values).ToArray(), found);
            }
        }
    }

    [TestMethod]
    public void OwnCount_AnyNumberOfRows_AddsUpAndNumbersThemAll()
    {
        int[] all = [.. ThreadCommunicator.Run(Ranks, communicator =>
        {
            var ranks = new RankGroup(communicator);
            return Enumerable.Range(0, RowExchange.OwnCount(ranks, Rows)).Select(place => RowExchange.NumberOf(ranks, place)).ToArray();
        }).SelectMany(rank => rank.Result!).Order()];
        CollectionAssert.AreEqual(Enumerable.Range(0, Rows).ToArray(), all);
    }

    private static Tensor Own(RankGroup ranks) =>
        tensor(Enumerable.Range(0, Rows).Where(row => RowExchange.IsOwn(ranks, row)).SelectMany(Values).ToArray()).view(-1, 2);

    private static long[] Values(int row) => [row, row * 100];
}
