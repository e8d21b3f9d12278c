using System.Xml.Linq;

namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed class PictureTests
{
    private static readonly Picture Curves = Picture.Lines("Loss < 1", "epoch", "loss", [("one", [1, 2, 4]), ("other", [2, double.NaN, 1])]);

    [TestMethod]
    public void Lines_TwoSeries_NamesThem()
    {
        string[] texts = [.. XElement.Parse(Curves.Svg).Descendants().Where(element => element.Name.LocalName == "text").Select(element => element.Value.Trim('\u00A0', ' ', '\n'))];
        CollectionAssert.IsSubsetOf(new[] { "Loss < 1", "epoch", "loss", "one", "other" }, texts);
    }

    [TestMethod]
    public void Save_AFile_HoldsTheSvg()
    {
        using var folder = new TemporaryFolder();
        Curves.Save(folder.File("a.svg"));
        Assert.AreEqual("http://www.w3.org/2000/svg", XDocument.Load(folder.File("a.svg")).Root!.Name.NamespaceName);
    }

    [TestMethod]
    public void ToHtml_TheTitle_IsReadToThoseWhoCannotSee() => StringAssert.Contains(Curves.ToHtml(), "<img alt=\"Loss &lt; 1\"");
}
