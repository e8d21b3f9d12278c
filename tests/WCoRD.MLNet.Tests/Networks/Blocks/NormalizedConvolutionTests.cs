using TorchSharp;
using static TorchSharp.torch;

namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed class NormalizedConvolutionTests
{
    [TestMethod]
    [DataRow("resnet8")]
    [DataRow("resnet8x4")]
    [DataRow("vgg8")]
    [DataRow("wrn_16_1")]
    [DataRow("MobileNetV2")]
    [DataRow("ShuffleV1")]
    [DataRow("ShuffleV2")]
    [DataRow("ResNet50")]
    public void Fold_NetworkWithUsedNorms_GivesTheSameOutputsWithFewerModules(string name)
    {
        LongTest.RequireUnless(LongTest.EverydayNetworks.Contains(name));
        using var scope = NewDisposeScope();
        using FeatureNetwork network = NetworkCatalog.Create(name, 10, 3, new Generator(3));
        Tensor input = randn(4, 3, 32, 32, generator: new Generator(4));
        using (no_grad())
        {
            // Statistics and weights that are not 1 and 0.
            foreach ((string key, Tensor value) in network.state_dict().Where(item => item.Value.dim() == 1))
            {
                value.copy_(rand(value.shape, generator: new Generator(5)).add_(key.EndsWith("var", StringComparison.Ordinal) ? 0.5 : 0).to(value.dtype));
            }

            network.eval();
            NetworkOutput before = network.Compute(input);
            network.Fold();
            NetworkOutput after = network.Compute(input);
            AssertClose(before.Logits, after.Logits);
            AssertClose(before.Features, after.Features);
            foreach ((Tensor first, Tensor second) in before.StageMaps.Zip(after.StageMaps))
            {
                AssertClose(first, second);
            }

            network.Fold();
            AssertClose(after.Logits, network.Compute(input).Logits, 0);
        }
    }

    [TestMethod]
    public void Fold_OfOneChannel_IsTheClosedForm()
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        TorchSharp.Modules.Conv2d convolution = nn.Conv2d(1, 1, 1);
        using var normalized = new NormalizedConvolution("conv", "bn", convolution);
        convolution.weight.fill_(3);
        convolution.bias!.fill_(5);
        var norm = (TorchSharp.Modules.BatchNorm2d)normalized.named_children().Single(child => child.name == "bn").module;
        norm.weight!.fill_(2);
        norm.bias!.fill_(-1);
        norm.running_mean!.fill_(4);
        norm.running_var!.fill_(16);
        normalized.eval();
        normalized.Fold();

        // (3 x + 5 - 4) 2 / sqrt(16 + 1e-5) - 1 = 1.5 x - 0.5.
        Assert.AreEqual(1.5f, convolution.weight.item<float>(), 1e-5f);
        Assert.AreEqual(-0.5f, convolution.bias!.item<float>(), 1e-5f);
        Assert.AreEqual(2.5f, normalized.forward(full(1, 1, 1, 1, 2f)).item<float>(), 1e-5f);
    }

    private static void AssertClose(Tensor expected, Tensor found, double tolerance = 1e-4)
    {
        double error = (expected - found).abs().max().ToDouble(), size = expected.abs().max().ToDouble();
        Assert.IsTrue(error <= tolerance * size, $"{error} of {size}");
    }
}
