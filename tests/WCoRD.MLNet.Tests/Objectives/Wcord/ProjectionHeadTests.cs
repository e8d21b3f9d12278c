using TorchSharp;
using static TorchSharp.torch;

namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed class ProjectionHeadTests
{
    [TestMethod]
    public void State_HasTheReferenceNames()
    {
        using var plain = new ProjectionHead(6, 4, spectralNormalization: false);
        using var spectral = new ProjectionHead(6, 4, spectralNormalization: true);
        CollectionAssert.AreEquivalent(new[] { "linear.weight", "linear.bias" }, plain.state_dict().Keys.ToArray());
        CollectionAssert.AreEquivalent(new[] { "linear.weight", "linear.bias", "spectral.u", "spectral.v" }, spectral.state_dict().Keys.ToArray());
        Assert.AreEqual(2, spectral.parameters().Count());
    }

    [TestMethod]
    public void Create_SameSeed_SameWeightsWithinTheDefaultBound()
    {
        using var scope = NewDisposeScope();
        using var first = new ProjectionHead(16, 8, true, new Generator(3));
        using var second = new ProjectionHead(16, 8, true, new Generator(3));
        foreach (var ((name, a), (_, b)) in first.state_dict().Zip(second.state_dict()))
        {
            CollectionAssert.AreEqual(a.ToDoubles(), b.ToDoubles(), name);
        }

        double[] weights = first.state_dict()["linear.weight"].ToDoubles();
        Assert.IsTrue(weights.All(weight => Math.Abs(weight) <= 0.25) && weights.Max() > 0.15 && weights.Min() < -0.15);
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void Forward_GivesUnitRows(bool spectral)
    {
        using var scope = NewDisposeScope();
        using var head = new ProjectionHead(6, 4, spectral);
        LossChecks.AreClose([1, 1, 1], head.forward(ReferenceTensors.Uniform("x", -1, 1, 3, 6)).norm(1).ToDoubles(), 0, 1e-6);
    }

    [TestMethod]
    public void UnitRows_ZeroRow_FiniteWithFiniteGradient()
    {
        using var scope = NewDisposeScope();
        var x = zeros(2, 3).requires_grad_(true);
        var unit = x.UnitRows();
        unit.sum().backward();
        Assert.IsTrue(unit.isfinite().all().ToBoolean() && x.grad!.isfinite().all().ToBoolean());
    }

    [TestMethod]
    public void Forward_Gradient_IsDifferenceQuotient()
    {
        using var scope = NewDisposeScope();
        using var head = new ProjectionHead(5, 3, true);
        head.to(ScalarType.Float64);
        head.eval();
        var mix = LossChecks.Random("mix", 2, 3);
        LossChecks.GradientIsDifferenceQuotient(x => (head.forward(x) * mix).sum(), LossChecks.Random("x", 2, 5));
    }
}
