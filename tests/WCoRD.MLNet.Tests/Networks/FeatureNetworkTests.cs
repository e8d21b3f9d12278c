using TorchSharp;
using static TorchSharp.torch;

namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed class FeatureNetworkTests
{
    [TestMethod]
    [DataRow(false, Precision.Float32, 1e-6)]
    [DataRow(true, Precision.Float32, 1e-4)]
    [DataRow(true, Precision.BFloat16, 0.1)]
    public void Copy_PreparedInAScope_OutlivesItAndComputesTheSame(bool folded, Precision precision, double tolerance)
    {
        using FeatureNetwork network = NetworkCatalog.Create("resnet8", 4, 3, new Generator(1));
        FeatureNetwork copy;
        using (NewDisposeScope())
        {
            copy = network.Copy().Prepare(folded, precision, CPU);
        }

        using var scope = NewDisposeScope();
        using var owned = copy;
        using var frozen = no_grad();
        Assert.AreEqual((true, !folded), (network.training, copy.training));

        // A folded convolution has a bias.
        Assert.AreEqual(folded, copy.parameters().Count() > network.parameters().Count());
        network.eval();
        copy.eval();
        Tensor input = randn(2, 3, 8, 8, generator: new Generator(2));
        Tensor found = copy.Compute(input.to(precision == Precision.BFloat16 ? ScalarType.BFloat16 : ScalarType.Float32)).Logits;
        Assert.IsLessThan(tolerance, (found.to(ScalarType.Float32) - network.Compute(input).Logits).abs().max().ToDouble());
    }
}
