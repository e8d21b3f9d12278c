using System.Xml.Linq;

namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed class PictureTests
{
    private static readonly Picture Curves = Picture.AccuracyCurves(
        "Accuracy < 1",
        [KeyValuePair.Create<string, IReadOnlyList<double>>("one", [0.1, 0.2, 0.4]), KeyValuePair.Create<string, IReadOnlyList<double>>("other", [0.2, double.NaN, 0.1])]);

    [TestMethod]
    public void AccuracyCurves_TwoTrainings_NamesThemAndSaysPercent() =>
        CollectionAssert.IsSubsetOf(new[] { "Accuracy < 1", "epoch", "accuracy %", "40", "one", "other" }, Texts(Curves));

    [TestMethod]
    public void GrowthCurves_PowersOfTwo_StandAtEqualDistances()
    {
        var picture = Picture.GrowthCurves("Time", "batch", "ms", [new("one", [(16, 1), (64, 2), (256, 3)])]);
        CollectionAssert.IsSubsetOf(new[] { "Time", "batch", "ms", "one" }, Texts(picture));
        double[] x = [.. XElement.Parse(picture.Svg).Descendants().Where(element => element.Name.LocalName is "ellipse" or "circle").Select(element => (double)element.Attribute("cx")!).Take(3)];
        Assert.AreEqual(x[1] - x[0], x[2] - x[1], 0.1);
        Assert.IsGreaterThan(x[0], x[1]);
    }

    [TestMethod]
    public void Save_AFile_HoldsTheSvg()
    {
        using var folder = new TemporaryFolder();
        Curves.Save(folder.File("a.svg"));
        Assert.AreEqual("http://www.w3.org/2000/svg", XDocument.Load(folder.File("a.svg")).Root!.Name.NamespaceName);
    }

    private static string[] Texts(Picture picture) =>
        [.. XElement.Parse(picture.Svg).Descendants().Where(element => element.Name.LocalName == "text").Select(element => element.Value.Trim('\u00A0', ' ', '\n'))];

    [TestMethod]
    public void ToHtml_TheTitle_IsReadToThoseWhoCannotSee() => StringAssert.Contains(Curves.ToHtml(), "<img alt=\"Accuracy &lt; 1\"");
}
