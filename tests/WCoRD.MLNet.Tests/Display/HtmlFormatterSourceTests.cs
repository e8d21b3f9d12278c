using Microsoft.DotNet.Interactive.Formatting;

namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed class HtmlFormatterSourceTests
{
    [TestMethod]
    [DataRow(typeof(TrainingHistory))]
    [DataRow(typeof(ModelCard))]
    [DataRow(typeof(Evaluation))]
    [DataRow(typeof(TransportPlan))]
    [DataRow(typeof(FeatureMap))]
    [DataRow(typeof(DataPreview))]
    [DataRow(typeof(Picture))]
    public void Kernel_EveryShownType_PrefersHtml(Type type) =>
        CollectionAssert.AreEqual(new[] { "text/html" }, Formatter.GetPreferredMimeTypesFor(type).ToArray());

    [TestMethod]
    public void Kernel_AShownValue_AsksItForHtml()
    {
        var preview = new DataPreview(["Name"], [["<ant>"]]);
        Assert.AreEqual(preview.ToHtml(), preview.ToDisplayString("text/html"));
        StringAssert.Contains(preview.ToHtml(), "&lt;ant&gt;");
    }
}
