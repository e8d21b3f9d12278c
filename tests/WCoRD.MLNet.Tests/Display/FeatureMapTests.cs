using Microsoft.ML;

namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed class FeatureMapTests
{
    private readonly MLContext _mlContext = new(1);

    [TestMethod]
    public void Of_FeaturesOnALine_KeepsTheirDistances()
    {
        // Features are (c, 0, 2c, 1) for class c: neighbours lie sqrt(5) apart, all on one line.
        FeatureMap map = FeatureMap.Of(ScoredRows.View(_mlContext, (1, 1), (2, 2), (3, 3), (3, 1)));
        Assert.AreEqual(1, map.ExplainedVariance, 1e-5);
        CollectionAssert.AreEqual(new[] { 0, 1, 2, 2 }, map.Points.Select(point => point.Class).ToArray());
        Assert.AreEqual(Math.Sqrt(5), Math.Abs(map.Points[1].X - map.Points[0].X), 1e-4);
        Assert.AreEqual(2 * Math.Sqrt(5), Math.Abs(map.Points[2].X - map.Points[0].X), 1e-4);
        Assert.IsTrue(map.Points.All(point => Math.Abs(point.Y) < 1e-4));
        Assert.AreEqual("4 examples of 3 classes in a plane that holds 100 % of their features' variance", map.ToString());
        Assert.Contains("Features in the plane", map.ToHtml());
    }

    [TestMethod]
    public void Of_ATitle_StandsOverThePicture() =>
        Assert.Contains("alt=\"Mine\"", FeatureMap.Of(ScoredRows.View(_mlContext, (1, 1), (2, 2), (3, 3)), title: "Mine").ToHtml());

    [TestMethod]
    public void Of_TooFewRows_SaysSo()
    {
        var fault = Assert.ThrowsExactly<ArgumentException>(() => FeatureMap.Of(ScoredRows.View(_mlContext, (1, 1), (2, 2))));
        StringAssert.Contains(fault.Message, "2 row(s) are of the first 3 classes of column 'Label': expected at least 3");
    }

    [TestMethod]
    public void Of_AColumnThatIsNoFeatures_IsNamed()
    {
        var fault = Assert.ThrowsExactly<ArgumentException>(() => FeatureMap.Of(TinyImages.View(_mlContext, 8), "Pixels"));
        StringAssert.Contains(fault.Message, "'Pixels'");
    }
}
