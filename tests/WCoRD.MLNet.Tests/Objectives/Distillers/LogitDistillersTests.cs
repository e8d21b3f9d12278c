using TorchSharp;
using static TorchSharp.torch;

namespace WCoRD.MLNet.Tests;

/// <summary>The logit methods, against what their definitions imply.</summary>
[TestClass]
public sealed class LogitDistillersTests
{
    [TestMethod]
    public void Decoupled_WeightOfOthersIsTheirProbability_IsSoftTargets()
    {
        // Zhao et al., equation 6: KD = TCKD + (1 - p_t) NCKD, for a single example.
        using var scope = NewDisposeScope();
        Tensor student = LossChecks.Random("s", 1, 6) * 3, teacher = LossChecks.Random("t", 1, 6) * 3;
        const int Right = 2;
        double others = 1 - (teacher / 4).softmax(1)[0, Right].ToDouble();
        Assert.AreEqual(SoftTargetsObjective.Divergence(student, teacher, 4).ToDouble(), Compare(new DkdObjective(1, others), student, teacher, Right).ToDouble(), 1e-9);
    }

    [TestMethod]
    public void Decoupled_RowsWithoutLabel_CountForNothing()
    {
        using var scope = NewDisposeScope();
        Tensor student = LossChecks.Random("s", 3, 6), teacher = LossChecks.Random("t", 3, 6);
        var objective = new DkdObjective();
        double both = Compare(objective, student[..2], teacher[..2], 1, 4).ToDouble();
        Assert.AreEqual(both, Compare(objective, student, teacher, 1, 4, DistillationStep.NoLabel).ToDouble(), 1e-9);
        Assert.AreEqual(0, Compare(objective, student[..1], teacher[..1], DistillationStep.NoLabel).ToDouble());
    }

    [TestMethod]
    public void Dist_SamePreferences_Zero()
    {
        using var scope = NewDisposeScope();
        Tensor logits = LossChecks.Random("t", 4, 6) * 5;
        Assert.AreEqual(0, Compare(new DistObjective(), logits, logits).ToDouble(), 1e-3);
    }

    [TestMethod]
    public void Dist_OppositePreferences_TwiceBothWeights()
    {
        // Two classes and two examples: p_s = 1 - p_t, so that every correlation is -1.
        using var scope = NewDisposeScope();
        Tensor teacher = tensor(new[] { 1.0, 0, 0, 3 }, [2, 2]);
        Assert.AreEqual(16 * ((2 * 2) + (3 * 2)), Compare(new DistObjective(2, 3), teacher.flip(1), teacher).ToDouble(), 1e-4);
    }

    [TestMethod]
    public void StandardizedSoftTargets_ScaledAndShiftedLogits_Zero()
    {
        using var scope = NewDisposeScope();
        Tensor logits = LossChecks.Random("t", 4, 6) * 5;
        Assert.AreEqual(0, Compare(new KdLsObjective(), (logits * 7) + 3, logits).ToDouble(), 1e-9);
    }

    [TestMethod]
    public void Gradients_OfAll_AreDifferenceQuotients()
    {
        using var scope = NewDisposeScope();
        Tensor student = LossChecks.Random("s", 3, 5), teacher = LossChecks.Random("t", 3, 5);
        foreach (ComparingObjective objective in (ComparingObjective[])[new SoftTargetsObjective(), new DkdObjective(), new DistObjective(), new KdLsObjective()])
        {
            LossChecks.GradientIsDifferenceQuotient(x => Compare(objective, x, teacher, 0, 3, 4), student);
        }
    }

    private static Tensor Compare(ComparingObjective objective, Tensor student, Tensor teacher, params long[] labels) =>
        objective.Compare(student, teacher, 0, new DistillationStep { Indices = null!, Labels = tensor(labels), Student = null! });
}
