using System.Text.Json;

namespace WCoRD.MLNet.Tests;

/// <summary><c>wcord bench</c>, in small: that it measures what it says, not how fast.</summary>
[TestClass]
public sealed class BenchCommandTests
{
    [TestMethod]
    public void Step_SmallNetworks_TimesTheSamePartsOfBothAndGivesTheRatio()
    {
        JsonElement json = Run("step", "--teacher-network", "resnet8", "--student", "resnet8", "--rows", "200", "--batch-size", "16", "--negatives", "64", "--steps", "2", "--stored-views");
        double plain = json.GetProperty("plain").GetProperty("step").GetDouble(), single = json.GetProperty("float32").GetProperty("step").GetDouble();
        Assert.AreEqual(plain / single, json.GetProperty("float32Ratio").GetDouble(), 1e-9);
        Assert.AreEqual(plain / json.GetProperty("stored").GetProperty("step").GetDouble(), json.GetProperty("storedRatio").GetDouble(), 1e-9);
        Assert.AreEqual(plain / json.GetProperty("storedFloat32").GetProperty("step").GetDouble(), json.GetProperty("storedFloat32Ratio").GetDouble(), 1e-9);
        string[] expected = ["backward", "ce", "data", "gckt", "heads", "kd", "lckt", "optimizer", "student", "teacher"];
        foreach (string column in new[] { "auto", "float32", "stored", "storedFloat32", "plain" })
        {
            JsonElement times = json.GetProperty(column);
            CollectionAssert.AreEqual(expected, times.GetProperty("parts").EnumerateObject().Select(part => part.Name).Order().ToArray());
            double parts = times.GetProperty("parts").EnumerateObject().Sum(part => part.Value.GetDouble());
            Assert.IsLessThan(1.5 * times.GetProperty("step").GetDouble(), parts, "Parts lie within the step.");
        }
    }

    [TestMethod]
    public void Data_SmallSet_TimesReadingAndBatches()
    {
        JsonElement json = Run("data", "--student", "resnet8", "--rows", "200", "--batch-size", "16", "--steps", "2");
        Assert.AreEqual(200, json.GetProperty("rows").GetInt32());
        Assert.IsTrue(json.GetProperty("readSeconds").GetDouble() > 0 && json.GetProperty("hashSeconds").GetDouble() > 0);
        Assert.IsLessThan(json.GetProperty("stepMilliseconds").GetDouble(), json.GetProperty("batchMilliseconds").GetDouble());
    }

    [TestMethod]
    [TestCategory("Long")]
    public void Costs_InSmall_MeasuresEveryAxisAndDrawsIt()
    {
        LongTest.Require();
        using var folder = new TemporaryFolder();
        JsonElement[] costs = [.. Run("costs", "--teacher-network", "resnet8", "--student", "resnet8", "--teachers", "resnet8,resnet14", "--scale", "100", "--steps", "1", "--out", folder.Path).GetProperty("costs").EnumerateArray()];
        CollectionAssert.AreEqual(
            new[] { "batch 16", "batch 64", "batch 256", "rows N 200", "rows N 500", "rows N 2000", "rows N 5000", "negatives K 10", "negatives K 40", "negatives K 163", "negatives K 400", "image side 32", "image side 48", "image side 64", "teacher resnet8", "teacher resnet14" },
            costs.Select(cost => $"{cost.GetProperty("axis")} {cost.GetProperty("value")}").ToArray());
        Assert.IsTrue(costs.All(cost => cost.GetProperty("live").GetDouble() > 0 && cost.GetProperty("stored").GetDouble() > 0 && cost.GetProperty("peakMegabytes").GetDouble() > 100));
        // 500 rows of 64 features and 100 classes of 2 bytes.
        Assert.AreEqual(500 * 164 * 2 / 1e6, costs[0].GetProperty("viewMegabytes").GetDouble(), 1e-9);
        CollectionAssert.AreEquivalent(
            new[] { "costs.csv", "costs.md", "costs-batch.svg", "costs-rows-N.svg", "costs-negatives-K.svg", "costs-image-side.svg" },
            Directory.GetFiles(folder.Path).Select(Path.GetFileName).ToArray());
        StringAssert.Contains(File.ReadAllText(folder.File("costs-batch.svg")), "stored views");
    }

    [TestMethod]
    [TestCategory("Long")]
    public void Score_OneNetwork_TimesEveryBatchSize()
    {
        LongTest.Require();
        JsonElement network = Run("score", "--networks", "resnet8", "--seconds", "0.05").GetProperty("networks")[0];
        CollectionAssert.AreEqual(new[] { 1, 32, 256 }, network.GetProperty("times").EnumerateArray().Select(time => time.GetProperty("batch").GetInt32()).ToArray());
        Assert.IsTrue(network.GetProperty("times").EnumerateArray().All(time => time.GetProperty("pipeline").GetDouble() > 0 && time.GetProperty("direct").GetDouble() > 0));
        Assert.IsTrue(network.GetProperty("engineMilliseconds").GetDouble() > 0);
    }

    private static JsonElement Run(params string[] arguments)
    {
        (int exitCode, string output, string errors) = Tool.Run(["bench", .. arguments, "--json"]);
        Assert.AreEqual(0, exitCode, errors);
        return JsonDocument.Parse(output).RootElement;
    }
}
