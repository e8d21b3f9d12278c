using Microsoft.ML;

namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed class EvaluationTests
{
    private readonly MLContext _mlContext = new(1);

    // Class 1: 2 of 3 right, class 2: 1 of 2, class 3: none of 1, taken for 2.
    private IDataView Rows => ScoredRows.View(_mlContext, (1, 1), (1, 1), (1, 2), (2, 2), (2, 3), (3, 2));

    [TestMethod]
    public void Of_ScoredRows_CountsThem()
    {
        Evaluation evaluation = Evaluation.Of(_mlContext, Rows);
        Assert.AreEqual(6, evaluation.Count);
        Assert.AreEqual(0.5, evaluation.Accuracy, 1e-12);
        CollectionAssert.AreEqual(new long[] { 2, 1, 0 }, evaluation.ConfusionMatrix[0].ToArray());
        CollectionAssert.AreEqual(new long[] { 0, 1, 1 }, evaluation.ConfusionMatrix[1].ToArray());
        CollectionAssert.AreEqual(new long[] { 0, 1, 0 }, evaluation.ConfusionMatrix[2].ToArray());
        CollectionAssert.AreEqual(new[] { 2.0 / 3, 0.5, 0 }, evaluation.ClassAccuracies.ToArray());
        Assert.IsNull(evaluation.TopFiveAccuracy, "of three classes all are among the first five");
        Assert.AreEqual("top-1 50.00 % of 6 rows", evaluation.ToString());
    }

    [TestMethod]
    public void Of_AModel_AgreesWithMLNet()
    {
        IDataView data = TinyImages.View(_mlContext, 64, classes: 8);
        var options = new NetworkTrainingOptions { Network = "resnet8", Epochs = 1, BatchSize = 16, Seed = 1 };
        using NetworkTransformer model = new NetworkTrainingEstimator(_mlContext, options).Fit(data);
        IDataView scored = model.Transform(data);
        var metrics = _mlContext.MulticlassClassification.Evaluate(scored, topKPredictionCount: 5);
        Evaluation evaluation = Evaluation.Of(_mlContext, scored);
        Assert.AreEqual(metrics.MicroAccuracy, evaluation.Accuracy, 1e-9);
        Assert.AreEqual(metrics.TopKAccuracy, evaluation.TopFiveAccuracy!.Value, 1e-9);
        CollectionAssert.AreEqual(Enumerable.Range(0, 8).Select(TinyImages.Name).ToArray(), evaluation.ClassNames.ToArray());
        StringAssert.Contains(evaluation.ToString(), "; best class ");
    }

    [TestMethod]
    public void Grouped_ByCoarseLabels_AddsTheirClassesUp()
    {
        Evaluation groups = Evaluation.Of(_mlContext, Rows).Grouped(Rows);
        CollectionAssert.AreEqual(new long[] { 4, 1 }, groups.ConfusionMatrix[0].ToArray());
        CollectionAssert.AreEqual(new long[] { 1, 0 }, groups.ConfusionMatrix[1].ToArray());
        Assert.AreEqual(4.0 / 6, groups.Accuracy, 1e-12);
    }

    [TestMethod]
    public void Grouped_AClassWithoutRows_IsNamed()
    {
        var fault = Assert.ThrowsExactly<ArgumentException>(() => Evaluation.Of(_mlContext, Rows).Grouped(ScoredRows.View(_mlContext, (1, 1), (3, 3))));
        StringAssert.Contains(fault.Message, "No row of class '2' has a 'CoarseLabel'");
    }

    [TestMethod]
    public void GainOver_TheSameRows_DrawsABarForEachClass()
    {
        Evaluation better = Evaluation.Of(_mlContext, Rows), worse = Evaluation.Of(_mlContext, ScoredRows.View(_mlContext, (1, 1), (1, 2), (2, 1), (3, 3)));
        string svg = better.GainOver(worse).Svg;
        // Gains of 16.7, 50 and -100 points: bars of those lengths, two blue, one red.
        double[] blue = Widths(svg, "rgb(0,114,178)"), red = Widths(svg, "rgb(213,94,0)");
        Assert.HasCount(2, blue);
        Assert.HasCount(1, red);
        Assert.AreEqual(3, blue.Max() / blue.Min(), 0.01);
        Assert.AreEqual(2, red[0] / blue.Max(), 0.01);

        static double[] Widths(string svg, string colour) =>
        [
            .. System.Xml.Linq.XElement.Parse(svg).Descendants()
                .Where(element => element.Name.LocalName == "rect" && element.Attribute("style")?.Value.Contains($"fill:{colour}", StringComparison.OrdinalIgnoreCase) == true)
                .Select(element => double.Parse(element.Attribute("width")!.Value, System.Globalization.CultureInfo.InvariantCulture)),
        ];
    }

    [TestMethod]
    public void GainOver_OtherClasses_Throws()
    {
        Evaluation evaluation = Evaluation.Of(_mlContext, Rows);
        var fault = Assert.ThrowsExactly<ArgumentException>(() => evaluation.GainOver(evaluation.Grouped(Rows)));
        StringAssert.Contains(fault.Message, "baseline has 2 classes (1, 2, ...), this has 3");
    }

    [TestMethod]
    public void Of_NoLabel_NamesTheColumn()
    {
        var fault = Assert.ThrowsExactly<ArgumentException>(() => Evaluation.Of(_mlContext, Rows, labelColumnName: "Klass"));
        StringAssert.Contains(fault.Message, "'Klass'");
    }

    [TestMethod]
    public void ToHtml_MoreClassesThanNamesFit_StillDraws()
    {
        var many = new Evaluation([.. Enumerable.Range(0, 40).Select(TinyImages.Name)], [.. Enumerable.Range(0, 40).Select(i => Enumerable.Range(0, 40).Select(j => i == j ? 3L : 0).ToArray())], 1);
        string html = many.ToHtml();
        StringAssert.Contains(html, "top-1 100.00 %, top-5 100.00 % of 120 rows");
        Assert.DoesNotContain("class 39</text>", html);
    }
}
