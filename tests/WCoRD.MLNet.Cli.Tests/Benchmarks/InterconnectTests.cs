using WCoRD.MLNet.Cli.Benchmarks;

namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed class InterconnectTests
{
    // 2 messages of 1 ms, and 1.25 MB, ten megabits, at 100 Mbit/s.
    [TestMethod]
    public void Milliseconds_OfMessagesAndBytes_AreLatenciesAndTransfer() =>
        Assert.AreEqual(2 + 100, new Interconnect(Megabits: 100, Microseconds: 1000).Milliseconds(new CollectiveCost(2, 1.25e6)), 1e-12);
}
