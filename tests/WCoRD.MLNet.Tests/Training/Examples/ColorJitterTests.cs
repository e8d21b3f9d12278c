using TorchSharp;
using static TorchSharp.torch;

namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed class ColorJitterTests
{
    // Two pixels: (100, 50, 200) and (10, 20, 30).
    private static readonly double[][] Pixels = [[100, 50, 200], [10, 20, 30]];

    [TestMethod]
    public void Apply_Brightness_BlendsWithBlackWithinWhite() =>
        AssertPixels(new ColorFactors(1.5, 1, 1), (pixel, channel) => Math.Min(255, 1.5 * Pixels[pixel][channel]));

    [TestMethod]
    [DataRow(0.5)]
    [DataRow(1.8)]
    public void Apply_Contrast_BlendsWithTheMeanOfTheGreyImage(double factor)
    {
        double mean = (Grey(Pixels[0]) + Grey(Pixels[1])) / 2;
        AssertPixels(new ColorFactors(1, factor, 1), (pixel, channel) => Math.Clamp((factor * Pixels[pixel][channel]) + ((1 - factor) * mean), 0, 255));
    }

    [TestMethod]
    [DataRow(0.0)]
    [DataRow(1.7)]
    public void Apply_Saturation_BlendsWithTheGreyImage(double factor) =>
        AssertPixels(new ColorFactors(1, 1, factor), (pixel, channel) => Math.Clamp((factor * Pixels[pixel][channel]) + ((1 - factor) * Grey(Pixels[pixel])), 0, 255));

    [TestMethod]
    public void Apply_AllThree_FollowEachOther()
    {
        double[][] bright = [.. Pixels.Select(pixel => pixel.Select(value => Math.Min(255, 1.2 * value)).ToArray())];
        double mean = bright.Average(Grey);
        double[][] strong = [.. bright.Select(pixel => pixel.Select(value => Math.Clamp((0.7 * value) + (0.3 * mean), 0, 255)).ToArray())];
        AssertPixels(new ColorFactors(1.2, 0.7, 1.3), (pixel, channel) => Math.Clamp((1.3 * strong[pixel][channel]) - (0.3 * Grey(strong[pixel])), 0, 255));
    }

    [TestMethod]
    public void Apply_OneChannel_HasNoSaturation()
    {
        using var scope = NewDisposeScope();
        Tensor grey = tensor(new float[] { 10, 30 }).view(1, 1, 1, 2);
        CollectionAssert.AreEqual(new float[] { 15, 25 }, ColorJitter.Apply(grey, [new ColorFactors(1, 0.5, 1.9)]).data<float>().ToArray());
    }

    [TestMethod]
    public void Draw_Many_LieEvenlyAroundOne()
    {
        var jitter = new ColorJitter(0.4);
        var random = new Random(1);
        double[] all = [.. Enumerable.Range(0, 2000).SelectMany(_ => jitter.Draw(random) is var (brightness, contrast, saturation) ? [brightness, contrast, saturation] : Array.Empty<double>())];
        Assert.IsTrue(all.All(factor => factor is >= 0.6 and <= 1.4));
        Assert.AreEqual(1, all.Average(), 0.01);
        Assert.AreEqual(0.8 / Math.Sqrt(12), Math.Sqrt(all.Average(factor => (factor - 1) * (factor - 1))), 0.01);
    }

    private static void AssertPixels(ColorFactors factors, Func<int, int, double> expected)
    {
        using var scope = NewDisposeScope();
        Tensor image = tensor(Pixels.SelectMany(pixel => pixel).Select(value => (float)value).ToArray()).view(2, 3).t().view(1, 3, 1, 2);
        // An image beside it does not matter.
        Tensor view = ColorJitter.Apply(cat([image, image * 0]), [factors, new ColorFactors(2, 2, 2)]);
        for (int pixel = 0; pixel < 2; pixel++)
        {
            for (int channel = 0; channel < 3; channel++)
            {
                Assert.AreEqual(expected(pixel, channel), view[0, channel, 0, pixel].ToDouble(), 1e-3, $"{pixel} {channel}");
            }
        }
    }

    private static double Grey(double[] pixel) => (0.2989 * pixel[0]) + (0.587 * pixel[1]) + (0.114 * pixel[2]);
}
