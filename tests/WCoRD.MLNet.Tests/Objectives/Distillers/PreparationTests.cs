using TorchSharp;
using static TorchSharp.torch;

namespace WCoRD.MLNet.Tests;

/// <summary>The objectives of a phase before the main one.</summary>
[TestClass]
public sealed class PreparationTests
{
    private static readonly OutputShapes Narrow = new([(1, 2, 4), (2, 2, 4)], 1, 0), Wide = new([(1, 2, 4), (3, 2, 4)], 1, 0);

    [TestMethod]
    public void Fsp_MapsThatAreNotSquare_IsTheMeanOverAllPositions()
    {
        using var scope = NewDisposeScope();
        using var objective = new FspObjective(Context(Narrow, Narrow));
        Tensor[] student = [ones(2, 1, 2, 4), ones(2, 2, 2, 4)], teacher = [zeros(2, 1, 2, 4), zeros(2, 2, 2, 4)];
        Assert.AreEqual(1, objective.Compute(Step(student, teacher)).Total.ToDouble(), 1e-6);
    }

    [TestMethod]
    public void Ab_ConnectedMapFarBelowZero_AgreesWithATeacherThatIsOff()
    {
        // A rectifier behind the connector would hide how far below zero the student is.
        using var scope = NewDisposeScope();
        using var objective = new AbObjective(Context(Narrow, Wide));
        using (no_grad())
        {
            objective.state_dict()["0.conv.weight"].zero_();
            objective.state_dict()["0.bn.bias"].fill_(-2);
        }

        Assert.AreEqual(0, objective.Compute(Step([zeros(2, 1, 2, 4), ones(2, 2, 2, 4)], [zeros(2, 1, 2, 4), -ones(2, 3, 2, 4)])).Total.ToDouble(), 1e-6);
    }

    [TestMethod]
    [DataRow("ab", "ab", null)]
    [DataRow("fsp", "fsp", null)]
    [DataRow("ft", "paraphrase", 0.01)]
    public void Named_ObjectiveThatPrepares_SaysByWhat(string name, string part, double? rate)
    {
        using var scope = NewDisposeScope();
        using Objective objective = Distillers.Named(name).Create(Context(Narrow, Narrow));
        Preparation preparation = objective.Preparation!;
        Assert.AreEqual(rate, preparation.LearningRate);
        Assert.IsNull(preparation.Epochs);
        DistillationStep step = Step([ones(2, 1, 2, 4), ones(2, 2, 2, 4)], [zeros(2, 1, 2, 4), zeros(2, 2, 2, 4)]);
        Assert.AreEqual(part, preparation.Objective.Compute(step).Parts.Single().Name);
        Assert.HasCount(name == "ft" ? 1 : 0, objective.Compute(step).Parts);
    }

    private static ObjectiveContext Context(OutputShapes student, OutputShapes teacher) => new() { Student = student, Teacher = teacher, Labels = [], Seed = 1 };

    private static DistillationStep Step(Tensor[] student, Tensor[] teacher) =>
        new() { Indices = arange(2), Labels = arange(2), Student = Output(student), Teacher = Output(teacher) };

    private static NetworkOutput Output(Tensor[] maps) => new(maps, zeros(2, 1), zeros([2, 0])) { PreActivations = maps };
}
