using Microsoft.ML;
using TorchSharp;
using static TorchSharp.torch;

namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed class PhotographNetworkTests
{
    private static readonly string[] Networks = ["resnet18", "resnet34", "resnet50", "mobilenet_v2", "mobilenet_v3_small", "mobilenet_v3_large", "efficientnet_b0"];

    /// <summary>What torchvision's documentation says of its published weights: parameters, and giga multiplications at 224.</summary>
    [TestMethod]
    [DataRow("resnet18", 11_689_512, 1.814)]
    [DataRow("resnet34", 21_797_672, 3.664)]
    [DataRow("resnet50", 25_557_032, 4.089)]
    [DataRow("mobilenet_v2", 3_504_872, 0.301)]
    [DataRow("mobilenet_v3_small", 2_542_856, 0.057)]
    [DataRow("mobilenet_v3_large", 5_483_032, 0.217)]
    [DataRow("efficientnet_b0", 5_288_548, 0.386)]
    public void Network_OfAThousandClasses_HasPublishedParametersAndMultiplications(string name, int parameters, double billions)
    {
        using FeatureNetwork network = NetworkCatalog.Create(name, 1000, 3, new Generator(1));
        Assert.AreEqual(parameters, network.parameters().Sum(parameter => parameter.numel()));
        Assert.AreEqual(billions, Math.Round(network.CountMultiplications(224, 224) / 1e9, 3), 1e-9);
    }

    [TestMethod]
    public void CountMultiplications_SmallNetworks_IsTheClosedForm()
    {
        // resnet8 at 32 x 32: stem, then in each stage two 3x3 convolutions, and a 1x1 where the channels change.
        long stages = (2 * 9 * 16 * 16 * 1024) + (((9 * 16 * 32) + (9 * 32 * 32) + (16 * 32)) * 256) + (((9 * 32 * 64) + (9 * 64 * 64) + (32 * 64)) * 64);
        using FeatureNetwork small = NetworkCatalog.Create("resnet8", 10, 3, new Generator(1));
        Assert.AreEqual((27 * 16 * 1024) + stages + (64 * 10), small.CountMultiplications(32, 32));
        Assert.AreEqual(small.CountMultiplications(32, 32), small.CountMultiplications(32, 32), "Counting leaves nothing behind.");

        // Grouped: each output of a depthwise 3x3 convolution takes nine. The first half of resnet18's numbers at half the size, stem only.
        using FeatureNetwork large = NetworkCatalog.Create("resnet18", 2, 1, new Generator(1));
        long convolutions = (49 * 64 * 16 * 16) + (4 * 9 * 64 * 64 * 64)
            + (((9 * 64 * 128) + (3 * 9 * 128 * 128) + (64 * 128)) * 16) + (((9 * 128 * 256) + (3 * 9 * 256 * 256) + (128 * 256)) * 4) + (9 * 256 * 512) + (3 * 9 * 512 * 512) + (256 * 512);
        Assert.AreEqual(convolutions + (512 * 2), large.CountMultiplications(32, 32));
    }

    [TestMethod]
    [DataRow("resnet18", 1, 32, 32, "64x16 64x8 128x4 256x2 512x1")]
    [DataRow("mobilenet_v2", 4, 32, 40, "16x16 24x8 32x4 96x2 320x1")]
    [DataRow("mobilenet_v3_small", 1, 33, 47, "16x17 16x9 24x5 48x3 96x2")]
    [DataRow("mobilenet_v3_large", 2, 32, 32, "16x16 24x8 40x4 112x2 160x1")]
    [DataRow("efficientnet_b0", 1, 32, 32, "16x16 24x8 40x4 112x2 320x1")]
    public void Compute_OtherChannelsAndSizes_GivesAMapOfEachResolution(string name, int channels, int height, int width, string maps)
    {
        using var scope = NewDisposeScope();
        using FeatureNetwork network = NetworkCatalog.Create(name, 5, channels, new Generator(1));
        network.eval();
        NetworkOutput output = network.Compute(rand(2, channels, height, width, generator: new Generator(2)));
        Assert.AreEqual(maps, string.Join(' ', output.StageMaps.Select(map => $"{map.shape[1]}x{map.shape[2]}")));
        CollectionAssert.AreEqual(new[] { 2L, 5 }, output.Logits.shape);
        Assert.IsTrue(network.Classifier!.forward(output.Features).allclose(output.Logits));
    }

    [TestMethod]
    public void Compute_ResNet_MapsBeforeTheRectifierBecomeThoseAfter()
    {
        using var scope = NewDisposeScope();
        using FeatureNetwork network = NetworkCatalog.Create("resnet18", 5, 1, new Generator(1));
        network.eval();
        NetworkOutput output = network.Compute(rand(1, 1, 32, 32, generator: new Generator(2)));
        foreach ((Tensor before, Tensor after) in output.PreActivations.Zip(output.StageMaps))
        {
            Assert.IsTrue(before.relu().equal(after).all().ToBoolean());
        }

        Assert.IsLessThan(0f, output.PreActivations[^1].min().ToSingle());
    }

    [TestMethod]
    [TestCategory("Long")]
    public void Create_SameSeed_GivesSameWeights_AndTorchvisionsDistribution()
    {
        LongTest.Require();
        using var scope = NewDisposeScope();
        using FeatureNetwork first = NetworkCatalog.Create("efficientnet_b0", 100, 3, new Generator(7)), second = NetworkCatalog.Create("efficientnet_b0", 100, 3, new Generator(7));
        CollectionAssert.AreEqual(NetworkWeights.Save(first), NetworkWeights.Save(second));
        Dictionary<string, Tensor> state = first.state_dict();

        // Fan out: variance 2 / 1280 of the last convolution's 409,600 weights; the classifier uniform within 1 / sqrt(100).
        Assert.AreEqual(Math.Sqrt(2.0 / 1280), state["features.8.0.weight"].std().ToDouble(), 1e-3);
        Assert.AreEqual(0.1, state["classifier.1.weight"].abs().max().ToDouble(), 1e-4);
        Assert.AreEqual(0.1 / Math.Sqrt(3), state["classifier.1.weight"].std().ToDouble(), 1e-3);
        Assert.AreEqual(0, state["classifier.1.bias"].abs().max().ToDouble());

        using FeatureNetwork mobile = NetworkCatalog.Create("mobilenet_v3_small", 100, 3, new Generator(7));
        Assert.AreEqual(0.01, mobile.state_dict()["classifier.0.weight"].std().ToDouble(), 1e-4);
    }

    [TestMethod]
    [DataRow("mobilenet_v2")]
    [DataRow("efficientnet_b0")]
    public void Dropout_OfOneStream_IsTheSameBitForBit_AndNoneInEvaluation(string name)
    {
        using var scope = NewDisposeScope();
        using FeatureNetwork network = NetworkCatalog.Create(name, 5, 1, new Generator(1));
        foreach (TorchSharp.Modules.BatchNorm2d norm in network.modules().OfType<TorchSharp.Modules.BatchNorm2d>())
        {
            norm.eval();
        }

        Tensor input = rand(4, 1, 32, 32, generator: new Generator(2));
        Tensor Logits(ulong seed)
        {
            using Generator draws = new(seed);
            network.DrawFrom(draws);
            return network.Compute(input).Logits;
        }

        Tensor first = Logits(1);
        Assert.IsTrue(first.equal(Logits(1)).all().ToBoolean());
        Assert.IsFalse(first.equal(Logits(2)).all().ToBoolean());
        network.eval();
        Assert.IsTrue(Logits(1).equal(Logits(2)).all().ToBoolean());
    }

    [TestMethod]
    public void SeededDropout_ManyNumbers_KeepsTheirMean()
    {
        using var scope = NewDisposeScope();
        using var numbers = new SeededDropout(0.2, wholeExamples: false) { Draws = new Generator(1) };
        Tensor dropped = numbers.forward(ones(100_000));
        CollectionAssert.AreEquivalent(new[] { 0f, 1.25f }, dropped.unique().output.data<float>().ToArray());
        Assert.AreEqual(1, dropped.mean().ToDouble(), 0.01);

        using var examples = new SeededDropout(0.5, wholeExamples: true) { Draws = new Generator(1) };
        Tensor rows = examples.forward(ones(1000, 3, 2, 2)).flatten(1);
        Assert.IsTrue(rows.amin([1]).equal(rows.amax([1])).all().ToBoolean(), "An example is kept or dropped as a whole.");
        Assert.AreEqual(1, rows.mean().ToDouble(), 0.1);
    }

    [TestMethod]
    [DataRow("resnet50")]
    [DataRow("mobilenet_v2")]
    [DataRow("mobilenet_v3_small")]
    [DataRow("efficientnet_b0")]
    public void Prepare_Folded_GivesTheSameOutputs_AndInBFloat16NearlySo(string name)
    {
        LongTest.RequireUnless(LongTest.EverydayNetworks.Contains(name));
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using FeatureNetwork network = NetworkCatalog.Create(name, 5, 3, new Generator(1));
        foreach ((string key, Tensor value) in network.state_dict().Where(item => item.Value.is_floating_point() && item.Value.dim() == 1))
        {
            value.copy_(rand(value.shape, generator: new Generator(5)).add_(key.EndsWith("var", StringComparison.Ordinal) ? 0.5 : 0));
        }

        network.eval();
        Tensor input = randn(2, 3, 64, 64, generator: new Generator(4)).ChannelsLast();
        Tensor expected = network.Compute(input).Features;
        using FeatureNetwork folded = network.Copy().Prepare(folded: true, Precision.Float32, CPU), half = network.Copy().Prepare(folded: true, Precision.BFloat16, CPU);
        Assert.AreEqual(0, Distance(folded.Compute(input).Features), 1e-4);
        Assert.AreEqual(0, Distance(half.Compute(input.to(ScalarType.BFloat16)).Features.to(ScalarType.Float32)), 0.1);

        double Distance(Tensor found) => ((found - expected).norm() / expected.norm()).ToDouble();
    }

    [TestMethod]
    [DataRow("resnet18")]
    [DataRow("mobilenet_v3_small")]
    [DataRow("efficientnet_b0")]
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
    [TestCategory("Long")]
    public void Fit_NetworksForPhotographsOnSmallImages_WarnsOfTheirTwins()
    {
        LongTest.Require();
        var mlContext = new MLContext(1);
        var warnings = new List<string>();
        mlContext.Log += (_, entry) => warnings.Add(entry.Kind == Microsoft.ML.Runtime.ChannelMessageKind.Warning ? entry.Message : "");
        using NetworkTeacher teacher = Teacher.FromNetwork(NetworkCatalog.Create("resnet50", 4, 3, new Generator(1)), InputNormalization.ImageNet);
        var options = new DistillationOptions { Student = "mobilenet_v2", SoftTargetWeight = 1, Epochs = 1, BatchSize = 8, LearningRate = 1e-6, Seed = 1 };
        using NetworkTransformer model = new DistillationEstimator(mlContext, teacher, options).Fit(TinyImages.View(mlContext, 8));
        Assert.Contains(line => line.Contains("'mobilenet_v2' is torchvision's network for photographs, but these images are 8 x 8: is 'MobileNetV2' meant, RepDistiller's for images of 32 x 32?", StringComparison.Ordinal), warnings);
        Assert.Contains(line => line.Contains("is 'ResNet50' meant", StringComparison.Ordinal), warnings);
    }

    [TestMethod]
    public void Names_Listed_HoldTheNetworksForPhotographs()
    {
        CollectionAssert.IsSubsetOf(Networks, NetworkCatalog.Names.ToArray());
        foreach (string name in Networks)
        {
            NetworkOrigin origin = NetworkCatalog.OriginOf(name);
            Assert.AreEqual(("torchvision", "photographs", 224), (origin.Source, origin.Images, origin.ImageSize));
        }
    }
}
