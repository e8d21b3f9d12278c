namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed class ChanceTests
{
    [TestMethod]
    public void Of_Labels_IsTheShareOfTheLargestClass() => Assert.AreEqual(0.5, Chance.Of([0, 0, 1, 2, DistillationStep.NoLabel]), 1e-12);

    // Of 100 rows at 0.2 the standard error is 0.04; of 2 rows at 0.5, 0.35.
    [TestMethod]
    [DataRow(0.28, 0.2, 100, true)]
    [DataRow(0.281, 0.2, 100, false)]
    [DataRow(0.0, 0.2, 100, true)]
    [DataRow(1.0, 0.5, 2, false)]
    [DataRow(0.5, 0.5, 2, true)]
    public void IsNear_Accuracy_WithinTwoStandardErrorsAndHalfTheWay(double accuracy, double chance, int count, bool expected) =>
        Assert.AreEqual(expected, Chance.IsNear(accuracy, chance, count));
}
