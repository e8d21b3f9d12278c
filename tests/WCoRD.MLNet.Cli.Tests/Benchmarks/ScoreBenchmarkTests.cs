using WCoRD.MLNet.Cli.Benchmarks;

namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed class ScoreBenchmarkTests
{
    [TestMethod]
    public void Time_FewRows_MeasuresEveryWayToScore()
    {
        using var benchmark = new ScoreBenchmark(rows: 40, leastSeconds: 0.001);
        // The second batch is not full.
        ScoreTimes times = benchmark.Time("resnet8", batch: 32);
        Assert.AreEqual(("resnet8", 32), (times.Network, times.Batch));
        Assert.IsTrue(times.Pipeline > 0 && times.Direct > 0);
        (double engine, double direct) = benchmark.TimeOne("resnet8");
        Assert.IsTrue(engine > 0 && direct > 0);
    }
}
