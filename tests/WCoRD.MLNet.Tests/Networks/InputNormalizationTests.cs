namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed class InputNormalizationTests
{
    [TestMethod]
    public void Constructor_ListsChangedLater_KeepsWhatItWasGiven()
    {
        float[] mean = [1, 2, 3], deviation = [4, 5, 6];
        var normalization = new InputNormalization(1, mean, deviation);
        mean[0] = deviation[0] = 9;
        CollectionAssert.AreEqual(new[] { 1f, 2, 3 }, normalization.Mean.ToArray());
        CollectionAssert.AreEqual(new[] { 4f, 5, 6 }, normalization.StandardDeviation.ToArray());
    }
}
