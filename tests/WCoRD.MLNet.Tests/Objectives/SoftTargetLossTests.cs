using TorchSharp;
using static TorchSharp.torch;

namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed class SoftTargetLossTests
{
    [TestMethod]
    [TestCategory("Golden")]
    [DataRow("kd_T1", 1)]
    [DataRow("kd_T4", 4)]
    public void Compute_ReferenceLogits_ReferenceValueAndGradient(string key, double temperature)
    {
        foreach (var losses in LossChecks.ReferenceLosses(key))
        {
            using var scope = NewDisposeScope();
            string prefix = losses.GetProperty("prefix").GetString()!;
            var student = ReferenceTensors.Uniform(prefix + "logit_s", -5, 5, 8, 100).requires_grad_(true);
            var teacher = ReferenceTensors.Uniform(prefix + "logit_t", -5, 5, 8, 100);
            var value = new SoftTargetLoss(temperature).Compute(student, teacher);
            value.backward();
            LossChecks.AreClose([losses.GetProperty(key).GetProperty("value").GetDouble()], value.ToDoubles(), 1e-4, 1e-5);
            LossChecks.GradientIs(losses.GetProperty(key).GetProperty("grad_student"), student.grad!);
        }
    }

    [TestMethod]
    public void Compute_EqualLogits_Zero()
    {
        using var scope = NewDisposeScope();
        var logits = LossChecks.Random("equal", 4, 7) * 1000;
        Assert.AreEqual(0, new SoftTargetLoss().Compute(logits, logits).ToDouble(), 1e-12);
    }

    [TestMethod]
    public void Compute_Gradient_IsDifferenceQuotient()
    {
        using var scope = NewDisposeScope();
        var teacher = LossChecks.Random("t", 3, 5);
        LossChecks.GradientIsDifferenceQuotient(x => new SoftTargetLoss(3).Compute(x, teacher), LossChecks.Random("s", 3, 5));
    }

    [TestMethod]
    public void Compute_OtherClasses_SaysWhat()
    {
        using var scope = NewDisposeScope();
        var error = Assert.ThrowsExactly<ArgumentException>(() => new SoftTargetLoss().Compute(zeros(2, 5), zeros(2, 6)));
        StringAssert.Contains(error.Message, "[2, 6]: expected the student's [2, 5]", StringComparison.Ordinal);
    }
}
