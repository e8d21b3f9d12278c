using TorchSharp;
using static TorchSharp.torch;

namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed class KdsvdObjectiveTests
{
    [TestMethod]
    public void Compute_StagesOfOneDirection_IsTheClosedForm()
    {
        using var scope = NewDisposeScope();
        using var objective = new KdsvdObjective(Context(2, 2));

        // Every position of a stage holds a multiple of one vector of channels, which is then its singular vector.
        NetworkOutput student = Output(Direction(1, 0), Direction(0.6, 0.8)), teacher = Output(Direction(0.8, 0.6), Direction(0, -1));
        double[,] found = Relation([0.6, 0.8], [1, 0]), expected = Relation([0, 1], [0.8, 0.6]);
        double loss = found.Cast<double>().Zip(expected.Cast<double>(), (a, b) => (a - b) * (a - b)).Sum();
        Assert.AreEqual(loss, objective.Compute(Step(student, teacher)).Total.ToDouble(), 1e-6);
    }

    [TestMethod]
    public void Compute_Gradient_IsThatOfFiniteDifferences()
    {
        using var scope = NewDisposeScope();
        using var objective = new KdsvdObjective(Context(6, 6));
        Tensor first = Map("a", 6, 4).requires_grad_(true), second = Map("b", 6, 3).requires_grad_(true);
        NetworkOutput teacher = Output(Map("c", 6, 4), Map("d", 6, 3));
        Loss(first, second).backward();
        foreach (Tensor map in (Tensor[])[first, second])
        {
            const double Step = 1e-6;
            Tensor direction = ReferenceTensors.Uniform("direction", -1, 1, map.shape).to_type(ScalarType.Float64);
            using Tensor moved = map.detach() + (direction * Step), back = map.detach() - (direction * Step);
            bool isFirst = ReferenceEquals(map, first);
            double expected = (isFirst ? Loss(moved, second) - Loss(back, second) : Loss(first, moved) - Loss(first, back)).ToDouble() / (2 * Step);
            Assert.AreEqual(expected, (map.grad! * direction).sum().ToDouble(), Math.Abs(expected) * 1e-4);
        }

        Tensor Loss(Tensor one, Tensor two) => objective.Compute(Step(Output(one, two), teacher)).Total;
    }

    [TestMethod]
    public void Compute_DeadChannels_GivesAFiniteGradient()
    {
        using var scope = NewDisposeScope();
        using var objective = new KdsvdObjective(Context(6, 6));
        Tensor map = Map("a", 6, 4);
        map[.., 2..] = 0;
        map.requires_grad_(true);
        objective.Compute(Step(Output(map, Map("b", 6, 3)), Output(Map("c", 6, 4), Map("d", 6, 3)))).Total.backward();
        Assert.IsTrue(map.grad!.isfinite().all().ToBoolean());
        Assert.IsTrue(map.grad!.abs().max().ToDouble() > 0);
    }

    private static ObjectiveContext Context(long first, long second)
    {
        var shapes = new OutputShapes([(4, 4, 4), (first, 4, 4), (second, 3, 3)], 4, 2);
        return new ObjectiveContext { Student = shapes, Teacher = shapes, Labels = [], Seed = 1 };
    }

    private static DistillationStep Step(NetworkOutput student, NetworkOutput teacher) => new() { Indices = null!, Labels = null!, Student = student, Teacher = teacher };

    private static NetworkOutput Output(Tensor first, Tensor second) => new([first, first, second], zeros(1, 2), zeros(1, 2));

    private static Tensor Map(string name, long channels, long side) => ReferenceTensors.Uniform(name, 0, 1, 2, channels, side, side).to_type(ScalarType.Float64);

    private static Tensor Direction(double first, double second) =>
        tensor([first, second]).view(1, 2, 1, 1) * tensor([1.0, 2, 0.5, 3]).view(1, 1, 2, 2);

    private static double[,] Relation(double[] vector, double[] last)
    {
        var relation = new double[vector.Length, last.Length];
        for (int i = 0; i < vector.Length; i++)
        {
            for (int j = 0; j < last.Length; j++)
            {
                relation[i, j] = Math.Exp(-(vector[i] - last[j]) * (vector[i] - last[j]) / 8);
            }
        }

        return relation;
    }
}
