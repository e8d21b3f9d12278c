using System.Text.Json;

namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed class NetworksCommandTests
{
    [TestMethod]
    public async Task Networks_AsJson_ListsTheWholeCatalog()
    {
        (int exitCode, string output, string errors) = await Tool.RunHereAsync("networks", "--json");
        Assert.AreEqual(0, exitCode, errors);
        JsonElement[] networks = [.. JsonDocument.Parse(output).RootElement.GetProperty("networks").EnumerateArray()];
        CollectionAssert.AreEqual(NetworkCatalog.Names.ToArray(), networks.Select(network => network.GetProperty("name").GetString()).ToArray());

        // ResNet-18 as torchvision publishes it; resnet56 by the closed form: a stem, and 18 convolutions of 3 x 3 in each stage.
        JsonElement photographs = Find("resnet18"), small = Find("resnet56");
        Assert.AreEqual((11_689_512, 224, 1000, 512, "torchvision", "photographs"), Described(photographs));
        Assert.AreEqual(1.814, photographs.GetProperty("multiplications").GetInt64() / 1e9, 5e-4);
        Assert.AreEqual((861_620, 32, 100, 64, "RepDistiller", "images of 32 x 32"), Described(small));
        Assert.AreEqual(125_753_600, small.GetProperty("multiplications").GetInt64());

        JsonElement Find(string name) => networks.Single(network => network.GetProperty("name").GetString() == name);

        static (int, int, int, int, string?, string?) Described(JsonElement network) => (
            network.GetProperty("parameters").GetInt32(),
            network.GetProperty("imageSize").GetInt32(),
            network.GetProperty("classes").GetInt32(),
            network.GetProperty("features").GetInt32(),
            network.GetProperty("source").GetString(),
            network.GetProperty("images").GetString());
    }

    [TestMethod]
    [TestCategory("Long")]
    public async Task Networks_OfSmallImages_SaysWhichTakeNone()
    {
        LongTest.Require();
        (int exitCode, string output, string errors) = await Tool.RunHereAsync("networks", "--image-size", "4");
        Assert.AreEqual(0, exitCode, errors);
        string[] lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.HasCount(NetworkCatalog.Names.Count, lines);
        Assert.IsTrue(lines.Where(line => line.StartsWith("vgg", StringComparison.Ordinal)).All(line => line.Contains("takes none at 4 x 4", StringComparison.Ordinal)));
        StringAssert.Contains(lines.Single(line => line.StartsWith("resnet50", StringComparison.Ordinal)), "4 x 4");
    }

    [TestMethod]
    [TestCategory("Long")]
    public void Networks_AsAProcess_PrintsNoLineOfLibtorchs()
    {
        LongTest.Require();
        (int exitCode, string output, string errors) = Tool.Run("networks");
        Assert.AreEqual(0, exitCode, errors);
        Assert.AreEqual("", errors);
        Assert.HasCount(NetworkCatalog.Names.Count, output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }
}
