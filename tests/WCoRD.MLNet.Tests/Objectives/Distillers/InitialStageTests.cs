using TorchSharp;
using static TorchSharp.torch;

namespace WCoRD.MLNet.Tests;

/// <summary>What mutants of the initial stages showed to be held by nothing.</summary>
[TestClass]
public sealed class InitialStageTests
{
    private static readonly OutputShapes Narrow = new([(1, 2, 4), (2, 2, 4)], 1, 0), Wide = new([(1, 2, 4), (3, 2, 4)], 1, 0);

    [TestMethod]
    public void Flow_MapsThatAreNotSquare_IsTheMeanOverAllPositions()
    {
        using var scope = NewDisposeScope();
        using var objective = new FlowObjective(new ObjectiveContext(Narrow, Narrow, [], 1));
        Tensor[] student = [ones(2, 1, 2, 4), ones(2, 2, 2, 4)], teacher = [zeros(2, 1, 2, 4), zeros(2, 2, 2, 4)];
        Assert.AreEqual(1, objective.ComputeInitial(Step(student, teacher)).Total.ToDouble(), 1e-6);
    }

    [TestMethod]
    public void ActivationBoundary_ConnectedMapFarBelowZero_AgreesWithATeacherThatIsOff()
    {
        // A rectifier behind the connector would hide how far below zero the student is.
        using var scope = NewDisposeScope();
        using var objective = new ActivationBoundaryObjective(new ObjectiveContext(Narrow, Wide, [], 1));
        using (no_grad())
        {
            objective.state_dict()["0.conv.weight"].zero_();
            objective.state_dict()["0.bn.bias"].fill_(-2);
        }

        Assert.AreEqual(0, objective.ComputeInitial(Step([zeros(2, 1, 2, 4), ones(2, 2, 2, 4)], [zeros(2, 1, 2, 4), -ones(2, 3, 2, 4)])).Total.ToDouble(), 1e-6);
    }

    [TestMethod]
    public void ActivationBoundary_AfterItsStage_TrainsNoConnector()
    {
        using var objective = new ActivationBoundaryObjective(new ObjectiveContext(Narrow, Wide, [], 1));
        Assert.IsTrue(objective.parameters().All(parameter => parameter.requires_grad));
        objective.EndInitialStage();
        Assert.IsFalse(objective.parameters().Any(parameter => parameter.requires_grad));
    }

    [TestMethod]
    public void Sum_OfSeveralStages_IsAsLongAsTheLongestAtTheLowestRate()
    {
        using var sum = new SumObjective([(1, new Staged(new InitialStage(2, 0.01))), (1, new Staged(null)), (1, new Staged(new InitialStage(3, 0.05)))]);
        Assert.AreEqual(new InitialStage(3, 0.01), sum.InitialStage);
    }

    private static DistillationStep Step(Tensor[] student, Tensor[] teacher) => new(arange(2), arange(2), Output(student), Output(teacher));

    private static NetworkOutput Output(Tensor[] maps) => new(maps, zeros(2, 1), zeros([2, 0]));

    private sealed class Staged(InitialStage? stage) : Objective("staged")
    {
        public override InitialStage? InitialStage => stage;

        public override ObjectiveValue Compute(DistillationStep step) => throw new NotSupportedException();
    }
}
