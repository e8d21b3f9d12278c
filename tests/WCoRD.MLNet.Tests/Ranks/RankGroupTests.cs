using static TorchSharp.torch;

namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed class RankGroupTests
{
    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(3)]
    [DataRow(4)]
    public void Run_OneRankFailsAnywhere_EndsAllWithItsReason(int at)
    {
        (string? _, Exception? fault)[] found = [.. ThreadCommunicator.Run(3, communicator =>
        {
            var ranks = new RankGroup(communicator);
            return ranks.Run(() =>
            {
                // Rank 1 fails before one of the exchanges that the others make.
                Action[] exchanges =
                [
                    () => ranks.Exchange(new byte[communicator.Rank]),
                    () => ranks.Broadcast(() => [1, 2, 3]),
                    () => ranks.Agree(isCanceled: false, isDue: false),
                    () => ranks.Sum(zeros(3)),
                    () => ranks.CheckAlike(new Dictionary<string, string>()),
                ];
                foreach ((int i, Action exchange) in exchanges.Index())
                {
                    if (i == at && communicator.Rank == 1)
                    {
                        throw new FormatException("There is no more.");
                    }

                    exchange();
                }

                return "done";
            });
        })];
        Assert.IsInstanceOfType<FormatException>(found[1].fault);
        foreach (int rank in (int[])[0, 2])
        {
            Assert.IsInstanceOfType<InvalidOperationException>(found[rank].fault);
            Assert.AreEqual("The training stopped on rank 1 of 3: There is no more.", found[rank].fault!.Message);
        }
    }

    [TestMethod]
    public void Run_FailsWithinAStep_EndsTheProcesses()
    {
        (bool _, Exception? fault)[] found = [.. ThreadCommunicator.Run(2, communicator =>
        {
            var ranks = new RankGroup(communicator);
            return communicator.Rank == 1 || ranks.Run<bool>(() =>
            {
                ranks.IsInStep = true;
                throw new FormatException("There is no more.");
            });
        })];
        Assert.AreEqual("rank 0 of 2 stopped within a step: There is no more.", found[0].fault!.Message);
    }

    [TestMethod]
    public void Run_FailsOnOtherRanksToo_GivesEachItsOwnFault()
    {
        (bool _, Exception? fault)[] found = [.. ThreadCommunicator.Run(2, communicator =>
            new RankGroup(communicator).Run<bool>(() => throw new FormatException(Invariant($"fault {communicator.Rank}"))))];
        CollectionAssert.AreEqual(new[] { "fault 0", "fault 1" }, found.Select(rank => rank.fault!.Message).ToArray());
    }

    [TestMethod]
    public void Agree_OneIsCanceled_CancelsAll()
    {
        (bool _, Exception? fault)[] found = [.. ThreadCommunicator.Run(3, communicator =>
        {
            var ranks = new RankGroup(communicator);
            return ranks.Run(() => ranks.Agree(isCanceled: communicator.Rank == 2, isDue: true));
        })];
        CollectionAssert.AreEqual(
            new[] { "The training was cancelled on rank 2 of 3.", "The training was cancelled on rank 2 of 3.", "The training was cancelled." },
            found.Select(rank => rank.fault!.Message).ToArray());
        Assert.IsTrue(found.All(rank => rank.fault is OperationCanceledException));
    }

    [TestMethod]
    public void Agree_OneWantsToSave_TellsAll()
    {
        (bool result, Exception? fault)[] found = [.. ThreadCommunicator.Run(3, communicator =>
            new RankGroup(communicator).Agree(isCanceled: false, isDue: communicator.Rank == 0))];
        Assert.IsTrue(found.All(rank => rank.result && rank.fault is null));
    }

    [TestMethod]
    public void CheckAlike_OneDiffers_NamesItAndWhatDiffers()
    {
        (bool _, Exception? fault)[] found = [.. ThreadCommunicator.Run(3, communicator =>
        {
            var ranks = new RankGroup(communicator);
            return ranks.Run(() =>
            {
                ranks.CheckAlike(new Dictionary<string, string> { ["Seed"] = "1", ["BatchSize"] = communicator.Rank == 2 ? "8" : "64" });
                return true;
            });
        })];
        Assert.IsTrue(found.All(rank => rank.fault is InvalidOperationException));
        StringAssert.Contains(found[0].fault!.Message, "- rank 2: BatchSize is 8, rank 0 has 64");
    }

    [TestMethod]
    public void Gather_UnevenShares_GivesAllRowsInOrder()
    {
        // Seven rows of three ranks: two, two and three of them.
        (float[]? result, Exception? fault)[] found = [.. ThreadCommunicator.Run(3, communicator =>
        {
            using var scope = NewDisposeScope();
            var share = new BatchShare(7, communicator.Rank, 3);
            Tensor all = arange(14, ScalarType.Float32).view(7, 2);
            return new RankGroup(communicator).Gather(share.Of(all).clone(), share).data<float>().ToArray();
        })];
        foreach ((float[]? rows, Exception? fault) in found)
        {
            Assert.IsNull(fault);
            CollectionAssert.AreEqual(Enumerable.Range(0, 14).Select(i => (float)i).ToArray(), rows);
        }
    }

    [TestMethod]
    public void Average_TensorsOfAnyShape_AreTheMeanOfAllRanks()
    {
        (float[]? result, Exception? fault)[] found = [.. ThreadCommunicator.Run(2, communicator =>
        {
            using var scope = NewDisposeScope();
            Tensor[] tensors = [full(2, communicator.Rank * 4f), full([1, 3], communicator.Rank * 8f), tensor(2f)];
            new RankGroup(communicator).Average(tensors);
            return cat([.. tensors.Select(values => values.flatten())]).data<float>().ToArray();
        })];
        foreach ((float[]? means, Exception? fault) in found)
        {
            Assert.IsNull(fault);
            CollectionAssert.AreEqual(new float[] { 2, 2, 4, 4, 4, 2 }, means);
        }
    }
}
