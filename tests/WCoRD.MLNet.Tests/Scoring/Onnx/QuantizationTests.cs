namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed class QuantizationTests
{
    [TestMethod]
    public void Of_ARange_HasSteps255ApartAndAnExactZero()
    {
        var quantization = Quantization.Of((-1, 4.1));
        Assert.AreEqual(0.02f, quantization.Scale, 1e-7f);
        Assert.AreEqual(50, quantization.Zero);
        Assert.AreEqual(0, quantization.Nearest(0));
        Assert.AreEqual(0.34, quantization.Nearest(0.345), 1e-6);
        Assert.AreEqual(4.1, quantization.Nearest(7), 1e-5);
        Assert.AreEqual(-1, quantization.Nearest(-7), 1e-5);
    }

    [TestMethod]
    public void Of_NothingButZero_IsNoDivisionByZero() => Assert.AreEqual(0, Quantization.Of((0, 0)).Nearest(0));

    [TestMethod]
    public void Best_EvenNumbers_KeepsTheWholeRange() =>
        Assert.AreEqual((-1.0, 3.0), ActivationRanges.Best((-1, 3), [.. Enumerable.Repeat(1.0, 2048)]));

    [TestMethod]
    public void Best_OneNumberFarFromTheOthers_CutsItOff()
    {
        // A million between 0 and 1, one at 8.
        double[] counts = [.. Enumerable.Range(0, 2048).Select(bin => bin < 256 ? 1e6 / 256 : bin == 2047 ? 1.0 : 0)];
        (double least, double most) = ActivationRanges.Best((0, 8), counts);
        Assert.AreEqual(0, least);
        // Cut to 2.1, the one loses 35, the million gain 42 (steps s apart lose s^2 / 12 each).
        Assert.IsLessThan(4, most);
    }

    [TestMethod]
    [DataRow(0.9, 9.0)]
    [DataRow(1.0, 1000.0)]
    [DataRow(0.05, 1.0)]
    public void Largest_OfAShareOfImages_LeavesOutTheStrangest(double share, double expected) =>
        Assert.AreEqual(expected, ActivationRanges.Largest([1000, 2, 3, 1, 5, 6, 7, 8, 9, 4], share));

    [TestMethod]
    public void Largest_OfNumbersBelowZero_IsZero() => Assert.AreEqual(0, ActivationRanges.Largest([-3, -2], 1));
}
