using static TorchSharp.torch;

namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed class MixUpTests
{
    [TestMethod]
    [DataRow(1.0)]
    [DataRow(0.4)]
    [DataRow(0.1)]
    public void Draw_Many_HaveTheSharesOfBeta(double alpha)
    {
        var mixUp = new MixUp(alpha);
        var random = new Random(1);
        double[] shares = [.. Enumerable.Range(0, 20_000).Select(_ => mixUp.Draw(2, random).OwnShare)];
        Assert.IsTrue(shares.All(share => share is >= 0.5 and <= 1));
        // Beta(a, a) has mean 1/2 and variance 1 / (4 (2 a + 1)), whichever side of 1/2 is taken.
        Assert.AreEqual(1 / (4 * ((2 * alpha) + 1)), shares.Average(share => (share - 0.5) * (share - 0.5)), 0.003);
    }

    [TestMethod]
    public void Draw_TinyAlpha_MixesNothing() => Assert.AreEqual(1, new MixUp(1e-9).Draw(2, new Random(1)).OwnShare);

    [TestMethod]
    public void Draw_ABatch_GivesEachExampleAPartnerOfItsOwn()
    {
        long[] partners = new MixUp(1).Draw(50, new Random(1)).Partners;
        CollectionAssert.AreEquivalent(Enumerable.Range(0, 50).Select(i => (long)i).ToArray(), partners);
        Assert.IsGreaterThan(40, partners.Where((partner, i) => partner != i).Count());
    }

    [TestMethod]
    public void Mix_GivenShare_IsTheBlend()
    {
        using var scope = NewDisposeScope();
        var mixture = new Mixture(0.75, [2, 0, 1]);
        Tensor values = tensor(new float[] { 8, 16, 40 }).view(3, 1);
        CollectionAssert.AreEqual(new float[] { 16, 14, 34 }, mixture.Mix(values).data<float>().ToArray());
        CollectionAssert.AreEqual(new long[] { 7, 5, 6 }, mixture.OfPartners(tensor(new long[] { 5, 6, 7 })).data<long>().ToArray());
    }
}
