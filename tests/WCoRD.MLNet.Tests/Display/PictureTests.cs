using System.Xml.Linq;

namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed class PictureTests
{
    private static readonly Picture Curves = Picture.AccuracyCurves(
        "Accuracy < 1",
        [KeyValuePair.Create<string, IReadOnlyList<double>>("one", [0.1, 0.2, 0.4]), KeyValuePair.Create<string, IReadOnlyList<double>>("other", [0.2, double.NaN, 0.1])]);

    [TestMethod]
    public void AccuracyCurves_TwoTrainings_NamesThemAndSaysPercent()
    {
        string[] texts = [.. XElement.Parse(Curves.Svg).Descendants().Where(element => element.Name.LocalName == "text").Select(element => element.Value.Trim('\u00A0', ' ', '\n'))];
        CollectionAssert.IsSubsetOf(new[] { "Accuracy < 1", "epoch", "accuracy %", "40", "one", "other" }, texts);
    }

    [TestMethod]
    public void Save_AFile_HoldsTheSvg()
    {
        using var folder = new TemporaryFolder();
        Curves.Save(folder.File("a.svg"));
        Assert.AreEqual("http://www.w3.org/2000/svg", XDocument.Load(folder.File("a.svg")).Root!.Name.NamespaceName);
    }

    [TestMethod]
    public void ToHtml_TheTitle_IsReadToThoseWhoCannotSee() => StringAssert.Contains(Curves.ToHtml(), "<img alt=\"Accuracy &lt; 1\"");
}
