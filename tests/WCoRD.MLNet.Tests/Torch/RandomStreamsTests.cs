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

    [TestMethod]
    public void Torch_OtherEpochOrStep_GivesAnotherStream()
    {
        var streams = new RandomStreams(7);
        (int, int)[] places = [(0, 0), (1, 0), (0, 1), (1, 1), (2, 0)];
        float[] draws = [.. places.Select(place =>
        {
            using TorchSharp.torch.Generator generator = streams.Torch("dropout", place.Item1, place.Item2);
            using TorchSharp.torch.Tensor drawn = TorchSharp.torch.rand(1, generator: generator);
            return drawn.item<float>();
        })];
        Assert.AreEqual(draws.Length, draws.Distinct().Count());
    }
}
