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
        Assert.IsTrue(json.GetProperty("readSeconds").GetDouble() > 0);
        Assert.IsLessThan(json.GetProperty("stepMilliseconds").GetDouble(), json.GetProperty("batchMilliseconds").GetDouble());
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
