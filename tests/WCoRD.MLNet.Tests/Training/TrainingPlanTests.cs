
namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed class TrainingPlanTests
{
    [TestMethod]
    public void Phases_ObjectivesThatPrepare_ComeOneAfterAnotherBeforeTheMainPhase()
    {
        using var first = new Named("first");
        using var second = new Named("second");
        using var sum = new SumObjective([(1, new Named("ce")), (1, new Prepared(new Preparation(first) { LearningRate = 0.01 })), (1, new Prepared(new Preparation(second) { Epochs = 1 }))]);
        var phases = TrainingPlan.PhasesOf(sum, new DistillationOptions { InitialEpochs = 3, Epochs = 5, LearningRate = 0.2 });
        CollectionAssert.AreEqual(
            new[] { new Phase(first, 1, 3, 0.01), new Phase(second, 4, 4, 0.2), new Phase(sum, 5, 9, null) },
            phases.ToArray());
        CollectionAssert.AreEqual(new[] { true, true, false }, phases.Select(phase => phase.Prepares).ToArray());
    }

    [TestMethod]
    public void Phases_NoEpochsToPrepare_IsTheMainPhaseAlone()
    {
        using var first = new Named("first");
        using var sum = new SumObjective([(1, new Prepared(new Preparation(first)))]);
        CollectionAssert.AreEqual(
            new[] { new Phase(sum, 1, 5, null) },
            TrainingPlan.PhasesOf(sum, new DistillationOptions { InitialEpochs = 0, Epochs = 5 }).ToArray());
    }

    [TestMethod]
    public void Phases_NothingLeftForTheMainOne_SaysSo()
    {
        using var sum = new SumObjective([(1, new PreparingObjective(new Named("ab")))]);
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => TrainingPlan.PhasesOf(sum, new DistillationOptions())).Message,
            "nothing is left to learn from: 'ab' only prepares the student");
    }

    private class Named(string name) : Objective(name)
    {
        public override ObjectiveValue Compute(DistillationStep step) => throw new NotSupportedException();
    }

    private sealed class Prepared(Preparation preparation) : Named("prepared")
    {
        public override Preparation Preparation => preparation;
    }
}
