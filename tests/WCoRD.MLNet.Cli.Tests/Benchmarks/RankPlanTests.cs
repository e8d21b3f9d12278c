using WCoRD.MLNet.Cli.Benchmarks;

namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed class RankPlanTests
{
    // 8 bits a microsecond: a byte takes a microsecond.
    private static readonly RankPlan Plan = new(
        new StepTraffic([], StudentWidth: 10, TeacherWidth: 20, Parameters: 1000, ImageBytes: 12), Batch: 6, Divided: 60, Whole: 4, new Interconnect(8, 500));

    [TestMethod]
    public void For_OneRank_IsOneProcess() => Assert.AreEqual(new PlannedStep(1, 0, 0, 0, 64, 1), Plan.For(1));

    [TestMethod]
    public void For_TwoRanks_IsHalfOfWhatIsDividedAndTheCalls()
    {
        // One message for the word, one for the images that the other has read (half of three), one for the outputs, two for each of the three
        // sums; 4 bytes, 3 x 12 / 2 bytes, 3 x 30 floats, 7, 6 x 10, 1000 floats.
        const int Bytes = 4 + 18 + 360 + 28 + 240 + 4000;
        double communication = (9 * 0.5) + (Bytes / 1000.0), step = 30 + 4 + communication;
        PlannedStep planned = Plan.For(2);
        Assert.AreEqual((2, 9, (double)Bytes), (planned.Ranks, planned.Rounds, planned.Bytes));
        Assert.AreEqual(communication, planned.Communication, 1e-12);
        Assert.AreEqual(step, planned.Step, 1e-12);
        Assert.AreEqual(64 / (2 * step), planned.Efficiency, 1e-12);
    }

    // Of six examples one of four ranks has two.
    [TestMethod]
    public void For_RanksThatDoNotDivideTheBatch_WaitsForTheLargestShare()
    {
        PlannedStep planned = Plan.For(4);
        Assert.AreEqual(20 + 4 + planned.Communication, planned.Step, 1e-12);
    }
}
