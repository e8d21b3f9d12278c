namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed class RandomStreamsTests
{
    [TestMethod]
    public void Managed_SamePurposeAndEpoch_GivesTheSameStream() =>
        Assert.AreEqual(new RandomStreams(7).Managed("shuffle", 3).Next(), new RandomStreams(7).Managed("shuffle", 3).Next());

    [TestMethod]
    public void Managed_OtherSeedPurposeOrEpoch_GivesAnotherStream()
    {
        int[] draws =
        [
            new RandomStreams(7).Managed("shuffle", 3).Next(),
            new RandomStreams(8).Managed("shuffle", 3).Next(),
            new RandomStreams(7).Managed("augmentation", 3).Next(),
            new RandomStreams(7).Managed("shuffle", 4).Next(),
            new RandomStreams(0).Managed("shuffle", 3).Next(),
        ];
        Assert.AreEqual(draws.Length, draws.Distinct().Count());
    }
}
