namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed class CieLabTests
{
    // Published values of the corners of sRGB (Bruce Lindbloom's calculator, D65).
    [TestMethod]
    [DataRow(255, 255, 255, 100, 0, 0)]
    [DataRow(0, 0, 0, 0, 0, 0)]
    [DataRow(255, 0, 0, 53.2408, 80.0925, 67.2032)]
    [DataRow(0, 255, 0, 87.7347, -86.1827, 83.1793)]
    [DataRow(0, 0, 255, 32.2970, 79.1875, -107.8602)]
    [DataRow(255, 255, 0, 97.1393, -21.5537, 94.4780)]
    public void FromRgb_KnownColours_AreThePublishedOnes(int red, int green, int blue, double l, double a, double b)
    {
        var (foundL, foundA, foundB) = CieLab.FromRgb(red, green, blue);
        Assert.AreEqual(l, foundL, 0.01);
        Assert.AreEqual(a, foundA, 0.01);
        Assert.AreEqual(b, foundB, 0.01);
    }

    [TestMethod]
    public void FromRgb_Greys_HaveNoColourAndTheLightnessOfTheirLinearValue()
    {
        for (int grey = 0; grey < 256; grey++)
        {
            var (l, a, b) = CieLab.FromRgb(grey, grey, grey);
            double curved = grey / 255.0, linear = curved <= 0.04045 ? curved / 12.92 : Math.Pow((curved + 0.055) / 1.055, 2.4);
            double expected = linear > 216.0 / 24389 ? (116 * Math.Cbrt(linear)) - 16 : linear * 24389 / 27;
            Assert.AreEqual(expected, l, 1e-3, $"grey {grey}");
            Assert.AreEqual(0, a, 1e-3);
            Assert.AreEqual(0, b, 1e-3);
        }
    }

    [TestMethod]
    public void FromRgb_BetweenBytes_ContinuesTheCurve()
    {
        float below = CieLab.FromRgb(100, 100, 100).L, between = CieLab.FromRgb(100.5f, 100.5f, 100.5f).L, above = CieLab.FromRgb(101, 101, 101).L;
        Assert.AreEqual((below + above) / 2, between, 1e-3);
    }

    [TestMethod]
    public void ToRgb_OfFromRgb_GivesEveryByteBack()
    {
        var random = new Random(1);
        for (int i = 0; i < 20000; i++)
        {
            int red = random.Next(256), green = random.Next(256), blue = random.Next(256);
            var (l, a, b) = CieLab.FromRgb(red, green, blue);
            var found = CieLab.ToRgb(l, a, b);
            Assert.AreEqual(red, found.Red, 0.05);
            Assert.AreEqual(green, found.Green, 0.05);
            Assert.AreEqual(blue, found.Blue, 0.05);
        }
    }
}
