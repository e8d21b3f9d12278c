using TorchSharp;
using static TorchSharp.torch;

namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed class SoftTargetsObjectiveTests
{
    [TestMethod]
    public void Divergence_EqualLogits_Zero()
    {
        using var scope = NewDisposeScope();
        var logits = LossChecks.Random("equal", 4, 7) * 1000;
        Assert.AreEqual(0, SoftTargetsObjective.Divergence(logits, logits, 4).ToDouble(), 1e-12);
    }

    [TestMethod]
    public void Divergence_Gradient_IsDifferenceQuotient()
    {
        using var scope = NewDisposeScope();
        var teacher = LossChecks.Random("t", 3, 5);
        LossChecks.GradientIsDifferenceQuotient(x => SoftTargetsObjective.Divergence(x, teacher, 3), LossChecks.Random("s", 3, 5));
    }

    [TestMethod]
    public void Divergence_OtherClasses_SaysWhat()
    {
        using var scope = NewDisposeScope();
        var error = Assert.ThrowsExactly<ArgumentException>(() => SoftTargetsObjective.Divergence(zeros(2, 5), zeros(2, 6), 4));
        StringAssert.Contains(error.Message, "[2, 6]: expected the student's [2, 5]", StringComparison.Ordinal);
    }
}
