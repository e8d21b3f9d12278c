using System.Xml.Linq;

namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed class TrainingHistoryTests
{
    [TestMethod]
    public void ToString_SomeEpochs_IsATable()
    {
        string expected = """
            epoch  rate   loss   ce     kd     accuracy %  validation %  s
            1      0.05   2.000  1.500  0.500  25.0                      3.0
            2      0.005  1.000  0.750  0.250  50.0        40.0          3.0

            """;
        Assert.AreEqual(expected.ReplaceLineEndings("\n"), History(Epoch(1, 0.05, 2, 0.25, null), Epoch(2, 0.005, 1, 0.5, 0.4)).ToString());
    }

    [TestMethod]
    public void ToString_ManyEpochs_ShowsSomeAndTheLast()
    {
        string[] lines = History([.. Enumerable.Range(1, 240).Select(epoch => Epoch(epoch, 0.05, 1, 0.5, null))]).ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.HasCount(22, lines);
        StringAssert.StartsWith(lines[^1], "240 ");
    }

    [TestMethod]
    public void Picture_PartsAndAccuracies_HaveALineEach()
    {
        TrainingHistory history = History(Epoch(1, 0.05, 2, 0.25, 0.2), Epoch(2, 0.05, 1, 0.5, 0.4), Epoch(3, 0.05, 1, 0.5, 0.3));
        CollectionAssert.IsSubsetOf(new[] { "ce", "kd", "accuracy", "validation", "loss parts", "accuracy %" }, Texts(history));
        StringAssert.Contains(history.ToHtml(), "<summary>3 epochs, seed 7</summary>");
    }

    [TestMethod]
    public void Picture_WithoutClasses_HasNoAccuracy()
    {
        string[] texts = Texts(History(Epoch(1, 0.05, 2, null, null), Epoch(2, 0.05, 1, null, null)));
        CollectionAssert.DoesNotContain(texts, "accuracy");
        CollectionAssert.Contains(texts, "kd");
    }

    [TestMethod]
    public void ToHtml_NoEpoch_SaysSo() => Assert.AreEqual("<p>no epoch was trained (seed 7)</p>", History().ToHtml());

    private static string[] Texts(TrainingHistory history) =>
        [.. XElement.Parse(history.Picture.Svg).Descendants().Where(element => element.Name.LocalName == "text").Select(element => element.Value.Trim('\u00A0', ' ', '\n'))];

    private static TrainingHistory History(params EpochMetrics[] epochs) => new() { Seed = 7, Epochs = epochs };

    private static EpochMetrics Epoch(int epoch, double rate, double loss, double? accuracy, double? validation) =>
        MadeEpoch.Of(epoch, 3, rate, loss, new Dictionary<string, double> { ["ce"] = 0.75 * loss, ["kd"] = 0.25 * loss }, accuracy, validation);
}
