using WCoRD.MLNet.Cli.Benchmarks;

namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed class StepTrafficTests
{
    [TestMethod]
    public void Calls_OfTwoNorms_AreThoseOfAStepInOrder()
    {
        var traffic = new StepTraffic([3, 5], StudentWidth: 10, TeacherWidth: 20, Parameters: 1000, ImageBytes: 6);
        CollectionAssert.AreEqual(
            new Collective[]
            {
                new(CollectiveKind.AllGather, 4, 1),
                // Of three images that a rank computes, two are of others: of six bytes each.
                new(CollectiveKind.AllToAll, 12, 1),
                // Forward: sums, squares, the number of values.
                new(CollectiveKind.AllReduce, 7, 8),
                new(CollectiveKind.AllReduce, 11, 8),
                // Of eight examples, three ranks have at most three.
                new(CollectiveKind.AllGather, 3 * 30 * 4, 1),
                new(CollectiveKind.AllReduce, 7, 4),
                new(CollectiveKind.AllReduce, 8 * 10, 4),
                // Backward, from the last on.
                new(CollectiveKind.AllReduce, 10, 8),
                new(CollectiveKind.AllReduce, 6, 8),
                new(CollectiveKind.AllReduce, 1000, 4),
            },
            traffic.Calls(batch: 8, ranks: 3).ToArray());
    }

    // resnet8x4 has 1,233,540 parameters, two stages of which begin with a norm in the shortcut: 1 + 3 x 2 + 3 norms.
    [TestMethod]
    public void Of_NetworksOfThePaper_CountsNormsWidthsAndParameters()
    {
        StepTraffic traffic = StepTraffic.Of("resnet8x4", "resnet32x4", classes: 100, side: 32);
        CollectionAssert.AreEqual(new long[] { 32, 64, 64, 64, 128, 128, 128, 256, 256, 256 }, traffic.Norms.Order().ToArray());
        Assert.AreEqual(3 * 32 * 32, traffic.ImageBytes);
        Assert.AreEqual((356, 356, 1_233_540 + (2 * 257 * 128)), (traffic.StudentWidth, traffic.TeacherWidth, traffic.Parameters));
    }
}
