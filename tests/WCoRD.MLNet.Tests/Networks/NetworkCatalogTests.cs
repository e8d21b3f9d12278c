using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed class NetworkCatalogTests
{
    public static IEnumerable<object[]> AllNames() => NetworkCatalog.Names.Select(name => new object[] { name });

    [TestMethod]
    public void Names_Listed_AreThoseOfTheReference() => CollectionAssert.AreEqual(
        new[]
        {
            "resnet8", "resnet14", "resnet20", "resnet32", "resnet44", "resnet56", "resnet110", "resnet8x4", "resnet32x4",
            "wrn_16_1", "wrn_16_2", "wrn_40_1", "wrn_40_2",
            "vgg8", "vgg11", "vgg13", "vgg16", "vgg19",
            "MobileNetV2", "ShuffleV1", "ShuffleV2", "ResNet50",
        },
        NetworkCatalog.Names.Where(name => NetworkCatalog.OriginOf(name).Source == "RepDistiller").ToArray());

    [TestMethod]
    [DataRow("Resnet50")]
    [DataRow("RESNET_50")]
    [DataRow("res-net50")]
    public void Create_NameOfTwoNetworksButForCase_SaysWhatEachIsFor(string name)
    {
        string message = Assert.ThrowsExactly<ArgumentException>(() => NetworkCatalog.Create(name, 10)).Message;
        StringAssert.Contains(message, $"There is no network '{name}': expected 'ResNet50', RepDistiller's for images of 32 x 32, or 'resnet50', torchvision's for photographs, or one of resnet8, ");
    }

    [TestMethod]
    public void Create_NamesThatDifferInCaseOnly_AreTwoNetworks()
    {
        using FeatureNetwork small = NetworkCatalog.Create("ResNet50", 10, 3, new Generator(1)), large = NetworkCatalog.Create("resnet50", 10, 3, new Generator(1));
        Assert.AreEqual(3, small.state_dict()["conv1.weight"].shape[2]);
        Assert.AreEqual(7, large.state_dict()["conv1.weight"].shape[2]);
    }

    [TestMethod]
    [DataRow("ResNet50", 224, 224, "resnet50")]
    [DataRow("ResNet50", 64, 64, null)]
    [DataRow("ResNet50", 32, 32, null)]
    [DataRow("MobileNetV2", 96, 65, "mobilenet_v2")]
    [DataRow("resnet50", 32, 32, "ResNet50")]
    [DataRow("resnet50", 64, 64, null)]
    [DataRow("mobilenet_v2", 63, 63, "MobileNetV2")]
    [DataRow("resnet18", 32, 32, null)]
    [DataRow("resnet8", 224, 224, null)]
    public void Doubt_ImagesOfTheTwin_NamesIt(string name, int height, int width, string? twin)
    {
        string? doubt = NetworkCatalog.Doubt(name, height, width);
        Assert.AreEqual(twin is null, doubt is null, doubt);
        if (twin is not null)
        {
            StringAssert.Contains(doubt, $"these images are {height} x {width}: is '{twin}' meant");
        }
    }

    [TestMethod]
    public void Create_UnknownName_ListsKnownNames()
    {
        ArgumentException exception = Assert.ThrowsExactly<ArgumentException>(() => NetworkCatalog.Create("resnet21", 10));
        StringAssert.Contains(exception.Message, "'resnet21'");
        foreach (string name in NetworkCatalog.Names)
        {
            StringAssert.Contains(exception.Message, name);
        }
    }

    [TestMethod]
    public void Create_NumbersBelowMinimum_Throws()
    {
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => NetworkCatalog.Create("resnet8", 1));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => NetworkCatalog.Create("vgg8", 10, 0));
    }

    [TestMethod]
    [DataRow("resnet8x4")]
    [DataRow("vgg8")]
    [DataRow("wrn_16_1")]
    [DataRow("MobileNetV2")]
    [DataRow("ShuffleV1")]
    [DataRow("ShuffleV2")]
    public void Create_SameSeed_GivesSameWeightsBitForBit(string name)
    {
        using var scope = NewDisposeScope();
        using FeatureNetwork first = NetworkCatalog.Create(name, 10, 3, new Generator(7));
        using FeatureNetwork second = NetworkCatalog.Create(name, 10, 3, new Generator(7));
        using FeatureNetwork other = NetworkCatalog.Create(name, 10, 3, new Generator(8));
        byte[] weights = NetworkWeights.Save(first);
        CollectionAssert.AreEqual(weights, NetworkWeights.Save(second));
        CollectionAssert.AreNotEqual(weights, NetworkWeights.Save(other));
    }

    [TestMethod]
    public void Create_WithoutGenerator_FollowsTheGlobalSeed()
    {
        random.manual_seed(3);
        using FeatureNetwork first = NetworkCatalog.Create("resnet8", 10);
        random.manual_seed(3);
        using FeatureNetwork second = NetworkCatalog.Create("resnet8", 10);
        CollectionAssert.AreEqual(NetworkWeights.Save(first), NetworkWeights.Save(second));
    }

    [TestMethod]
    public void Create_ResNet_StartsAsTheReference()
    {
        using var scope = NewDisposeScope();
        using FeatureNetwork network = NetworkCatalog.Create("resnet8x4", 100, 3, new Generator(1));
        Dictionary<string, Tensor> state = network.state_dict();

        // Kaiming normal, fan out: variance 2 / (9 * 256); the estimate from 589,824 weights is good to 0.1 %.
        AssertNormal(state["layer3.0.conv2.weight"], Math.Sqrt(2.0 / (9 * 256)));
        Assert.IsTrue(state["layer3.0.bn2.weight"].eq(1).all().item<bool>());
        Assert.IsTrue(state["layer3.0.bn2.bias"].eq(0).all().item<bool>());

        // Uniform within 1 / sqrt(256), for weight and bias.
        Assert.AreEqual(1 / 16.0, state["fc.weight"].abs().max().item<float>(), 1e-4);
        Assert.AreEqual(1 / 16.0 / Math.Sqrt(3), state["fc.weight"].std().item<float>(), 1e-3);
        Assert.AreEqual(1 / 16.0, state["fc.bias"].abs().max().item<float>(), 1e-2);
    }

    [TestMethod]
    public void Create_Vgg_StartsAsTheReference()
    {
        using var scope = NewDisposeScope();
        using FeatureNetwork network = NetworkCatalog.Create("vgg8", 100, 3, new Generator(1));
        Dictionary<string, Tensor> state = network.state_dict();
        AssertNormal(state["block4.0.weight"], Math.Sqrt(2.0 / (9 * 512)));
        AssertNormal(state["classifier.weight"], 0.01);
        Assert.IsTrue(state["block4.0.bias"].eq(0).all().item<bool>());
        Assert.IsTrue(state["classifier.bias"].eq(0).all().item<bool>());
    }

    [TestMethod]
    public void Create_ShuffleV2_HasTheParametersOfItsPaper()
    {
        // Closed form. A halving block of a channels in and 2m out: 11a + 2am + m^2 + 17m; another of 2m channels: 2m^2 + 15m.
        static long Halving(long a, long m) => (11 * a) + (2 * a * m) + (m * m) + (17 * m);
        static long Other(long m) => (2 * m * m) + (15 * m);
        long stages = Halving(24, 58) + (3 * Other(58)) + Halving(116, 116) + (7 * Other(116)) + Halving(232, 232) + (3 * Other(232));
        using FeatureNetwork network = NetworkCatalog.Create("ShuffleV2", 100);
        Assert.AreEqual((3 * 24) + 48 + stages + (464 * 1024) + 2048 + (1024 * 100) + 100, network.parameters().Sum(parameter => parameter.numel()));
    }

    [TestMethod]
    [DataRow("resnet8", 1, 48, 40)]
    [DataRow("resnet8x4", 2, 7, 9)]
    [DataRow("wrn_16_1", 1, 7, 9)]
    [DataRow("ShuffleV1", 2, 7, 9)]
    [DataRow("ShuffleV2", 1, 48, 40)]
    [DataRow("ResNet50", 1, 9, 8)]
    [DataRow("vgg8", 1, 48, 40)]
    [DataRow("vgg11", 4, 8, 8)]
    public void Compute_OtherChannelsAndSizes_Works(string name, int channels, int height, int width)
    {
        using var scope = NewDisposeScope();
        using FeatureNetwork network = NetworkCatalog.Create(name, 7, channels, new Generator(1));
        NetworkOutput output = network.Compute(ones(2, channels, height, width));
        CollectionAssert.AreEqual(new long[] { 2, 7 }, output.Logits.shape);
        CollectionAssert.AreEqual(new long[] { 2, network.FeatureSize }, output.Features.shape);
        CollectionAssert.AreEqual(new long[] { height, width }, output.StageMaps[0].shape[2..]);
    }

    [TestMethod]
    [DataRow("resnet8x4")]
    [DataRow("vgg8")]
    public void Compute_Features_ArePooledLastMapAndGiveLogits(string name)
    {
        using var scope = NewDisposeScope();
        using FeatureNetwork network = NetworkCatalog.Create(name, 5, 3, new Generator(1));
        network.eval();
        Tensor input = ReferenceTensors.Uniform("x", -1, 1, 2, 3, 16, 16);
        NetworkOutput output = network.Compute(input);
        Assert.IsTrue(output.StageMaps[^1].mean([2, 3]).allclose(output.Features));
        Assert.IsTrue(output.StageMaps.All(map => map.min().item<float>() >= 0), "Stage maps are past their rectifier.");
        Assert.IsTrue(network.forward(input).equal(output.Logits).all().item<bool>());
        Linear classifier = network.modules().OfType<Linear>().Single();
        Assert.IsTrue(classifier.forward(output.Features).allclose(output.Logits));
    }

    [TestMethod]
    [DynamicData(nameof(AllNames))]
    public void Network_TrainedAndEvaluated_LeavesNoTensor(string name)
    {
        LongTest.RequireUnless(LongTest.EverydayNetworks.Contains(name));
        using FeatureNetwork network = NetworkCatalog.Create(name, 3, 1, new Generator(1));
        using Tensor input = ones(2, 1, 8, 8);
        void Step()
        {
            using var scope = NewDisposeScope();
            NetworkOutput output = network.Compute(input);
            (output.Logits.sum() + output.StageMaps[0].sum()).backward();
            using var frozen = no_grad();
            network.forward(input);
        }

        Step();
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        Step();
        Step();
        Assert.AreEqual(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [TestMethod]
    [DataRow("resnet8x4")]
    [DataRow("vgg8")]
    [DataRow("wrn_16_1")]
    [DataRow("MobileNetV2")]
    [DataRow("ShuffleV1")]
    [DataRow("ShuffleV2")]
    [DataRow("ResNet50")]
    public void Network_Disposed_LeavesNoTensor(string name)
    {
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        using (Generator generator = new(1))
        using (FeatureNetwork network = NetworkCatalog.Create(name, 3, 1, generator))
        {
            Assert.IsGreaterThan(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
        }

        Assert.AreEqual(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [TestMethod]
    [DataRow("resnet8")]
    [DataRow("vgg8")]
    public void Network_CreatedInScope_OutlivesIt(string name)
    {
        FeatureNetwork network;
        using (NewDisposeScope())
        {
            network = NetworkCatalog.Create(name, 3, 1, new Generator(1));
        }

        using (network)
        using (Tensor input = ones(1, 1, 8, 8))
        using (Tensor logits = network.forward(input))
        {
            Assert.AreEqual(3, logits.numel());
        }
    }

    private static void AssertNormal(Tensor weights, double standardDeviation)
    {
        Assert.AreEqual(standardDeviation, weights.std().item<float>(), 0.01 * standardDeviation);
        Assert.AreEqual(0, weights.mean().item<float>(), 0.01 * standardDeviation);
        double kurtosis = (weights / standardDeviation).pow(4).mean().item<float>();
        Assert.AreEqual(3, kurtosis, 0.1, "A normal distribution's fourth moment is 3.");
    }
}
