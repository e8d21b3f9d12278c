using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed class HiddenProcessorTests
{
    // First, before a network of another test has switched oneDNN off.
    [TestMethod]
    [DataRow("resnet20")]
    [DataRow("resnet8x4")]
    [DataRow("vgg8")]
    [DataRow("wrn_16_1")]
    [DataRow("resnet18")]
    [DataRow("MobileNetV2")]
    [DataRow("ShuffleV1")]
    [DataRow("ShuffleV2")]
    [DataRow("mobilenet_v3_small")]
    [DataRow("efficientnet_b0")]
    public void Create_Network_ComputesTheSameChannelsFirstAndLast(string name)
    {
        using var scope = NewDisposeScope();
        using FeatureNetwork network = NetworkCatalog.Create(name, 100, generator: new Generator(1));
        network.eval();
        Tensor last = randn([4, 32, 32, 3], generator: new Generator(2)).permute(0, 3, 1, 2);
        Tensor expected = network.Compute(last.contiguous()).Features, found = network.Compute(last).Features;
        double scale = expected.abs().max().ToDouble();
        Assert.AreEqual(0, (found - expected).abs().max().ToDouble() / scale, 1e-4);
    }

    [TestMethod]
    [DataRow(256, 1024)]
    [DataRow(512, 1024)]
    [DataRow(512, 2048)]
    [DataRow(1024, 256)]
    [DataRow(2048, 512)]
    public void AvoidOneDnn_PointwiseConvolutionOfManyChannels_IsComputedOnEveryMachine(int input, int output)
    {
        using var scope = NewDisposeScope();
        Conv2d layer = nn.Conv2d(input, output, 1, bias: false);
        Sequential network = nn.Sequential(layer);
        Assert.IsFalse(HiddenProcessor.AvoidOneDnn(network, cachesAreKnown: true));
        Assert.AreEqual(!HiddenProcessor.CachesAreKnown, HiddenProcessor.AvoidOneDnn(network, HiddenProcessor.CachesAreKnown));

        // Where it was wrong, the process ended here. The reference is the same as a product of matrices.
        Tensor pixels = rand(2, 4, 4, input), map = pixels.permute(0, 3, 1, 2).detach().requires_grad_(true);
        Tensor found = layer.call(map), expected = pixels.matmul(layer.weight!.flatten(1).t());
        Assert.IsTrue(found.permute(0, 2, 3, 1).allclose(expected, rtol: 1e-4, atol: 1e-4));
        found.sum().backward();
        Assert.IsTrue(map.grad!.permute(0, 2, 3, 1)[0, 0, 0].allclose(layer.weight!.flatten(1).sum([0L]), rtol: 1e-3, atol: 1e-3));
    }

    [TestMethod]
    [DataRow("resnet8x4")]
    [DataRow("vgg8")]
    [DataRow("wrn_16_1")]
    public void AvoidOneDnn_NetworkWithoutThem_KeepsIt(string name)
    {
        using FeatureNetwork network = NetworkCatalog.Create(name, 100);
        Assert.IsFalse(HiddenProcessor.AvoidOneDnn(network, cachesAreKnown: false));
    }
}
