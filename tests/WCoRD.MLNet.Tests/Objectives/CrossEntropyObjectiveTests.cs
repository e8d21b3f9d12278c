using TorchSharp;
using static TorchSharp.torch;

namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed class CrossEntropyObjectiveTests
{
    [TestMethod]
    public void Compute_EqualLogits_LogOfClassCount()
    {
        using var scope = NewDisposeScope();
        var value = new CrossEntropyObjective().Compute(Step(zeros(3, 7), [0, 3, 6]));
        Assert.AreEqual(Math.Log(7), value.Total.ToDouble(), 1e-6);
        Assert.AreEqual("ce", value.Parts.Single().Name);
        Assert.AreEqual(value.Total.ToDouble(), value.Parts.Single().Value.ToDouble());
    }

    [TestMethod]
    public void Compute_TwoClasses_LogisticLossOfTheDifference()
    {
        using var scope = NewDisposeScope();
        double expected = (Math.Log(1 + Math.Exp(-2)) + Math.Log(1 + Math.Exp(3))) / 2;
        var logits = tensor(new float[,] { { 2, 0 }, { 3, 0 } });
        Assert.AreEqual(expected, new CrossEntropyObjective().Compute(Step(logits, [0, 1])).Total.ToDouble(), 1e-6);
    }

    [TestMethod]
    public void Compute_SomeLabelsMissing_IsTheMeanOfTheOthers()
    {
        using var scope = NewDisposeScope();
        var logits = tensor(new float[,] { { 2, 0 }, { 50, -50 }, { 3, 0 } });
        double expected = (Math.Log(1 + Math.Exp(-2)) + Math.Log(1 + Math.Exp(3))) / 2;
        Assert.AreEqual(expected, new CrossEntropyObjective().Compute(Step(logits, [0, DistillationStep.NoLabel, 1])).Total.ToDouble(), 1e-6);
    }

    [TestMethod]
    public void Compute_AllLabelsMissing_IsZeroWithoutGradient()
    {
        using var scope = NewDisposeScope();
        var logits = rand(2, 5).requires_grad_(true);
        var value = new CrossEntropyObjective().Compute(Step(logits, [DistillationStep.NoLabel, DistillationStep.NoLabel])).Total;
        value.backward();
        Assert.AreEqual(0, value.ToDouble());
        Assert.AreEqual(0, logits.grad!.abs().sum().ToDouble());
    }

    [TestMethod]
    public void Compute_Gradient_IsDifferenceQuotient()
    {
        using var scope = NewDisposeScope();
        LossChecks.GradientIsDifferenceQuotient(
            logits => new CrossEntropyObjective().Compute(Step(logits, [4, 0, 2])).Total,
            LossChecks.Random("logits", 3, 5));
    }

    [TestMethod]
    public void Compute_Smoothed_SpreadsAShareOverAllClasses()
    {
        using var scope = NewDisposeScope();
        var logits = tensor(new float[,] { { 2, 0, -1 }, { 50, -50, 0 }, { 3, 0, 1 } });
        double expected = (Of([2, 0, -1], 0) + Of([3, 0, 1], 2)) / 2;
        Assert.AreEqual(expected, new CrossEntropyObjective(0.1).Compute(Step(logits, [0, DistillationStep.NoLabel, 2])).Total.ToDouble(), 1e-6);

        static double Of(double[] logits, int label) =>
            -logits.Select((logit, c) => ((c == label ? 0.9 : 0) + (0.1 / 3)) * (logit - Math.Log(logits.Sum(Math.Exp)))).Sum();
    }

    [TestMethod]
    public void Compute_Blends_CountBothLabelsByTheirShares()
    {
        using var scope = NewDisposeScope();
        var logits = tensor(new float[,] { { 2, 0 }, { 3, 0 } });
        double own = (Math.Log(1 + Math.Exp(-2)) + Math.Log(1 + Math.Exp(3))) / 2, others = (Math.Log(1 + Math.Exp(2)) + Math.Log(1 + Math.Exp(-3))) / 2;
        DistillationStep step = Step(logits, [0, 1]) with { MixedInLabels = tensor(new long[] { 1, 0 }), OwnShare = 0.7 };
        Assert.AreEqual((0.7 * own) + (0.3 * others), new CrossEntropyObjective().Compute(step).Total.ToDouble(), 1e-6);
    }

    private static DistillationStep Step(Tensor logits, long[] labels) =>
        new() { Indices = arange(labels.Length), Labels = tensor(labels), Student = new NetworkOutput([], logits, logits) };
}
