using TorchSharp;
using static TorchSharp.torch;

namespace WCoRD.MLNet.Tests;

/// <summary>How far the default solvers come in 50 iterations, 64 x 64, as docs/concepts.md says.</summary>
[TestClass]
public sealed class TransportAccuracyTests
{
    private const int Seeds = 5;

    [TestMethod]
    public void Solve_NarrowCone_KeepsTheMassOnTheOwnExample() => ForEach(0.3, 0.17, problem =>
    {
        // Costs of 0.01 to 0.16, mean near 0.09, as heads give that are not trained: the exact plan carries each example onto its own.
        Assert.AreEqual(1, OwnMass(new Exact(), problem), 1e-9);
        Assert.IsGreaterThan(0.999, OwnMass(Sinkhorn.Relative(0.05, 50), problem));
        Assert.IsLessThan(0.1, OwnMass(Sinkhorn.Absolute(0.05, 50), problem));
        Assert.IsInRange(0.94, 0.99, OwnMass(new Ipot(0.5, 50), problem));
        Assert.IsInRange(0.08, 0.29, Excess(new Ipot(0.5, 50), problem));
        Assert.IsLessThan(0.001, Excess(new Ipot(0.5, 100), problem));
    });

    [TestMethod]
    public void Solve_RandomEmbeddings_IsThatFarAboveTheExactCost() => ForEach(1e3, 1e4, problem =>
    {
        // Costs of 0.65 to 1.35 with mean 1.
        Assert.IsInRange(0.003, 0.005, Excess(new Ipot(0.5, 50), problem));
        Assert.IsLessThan(0.0002, Excess(new Ipot(0.5, 500), problem));
        Assert.IsInRange(0.07, 0.09, Excess(Sinkhorn.Relative(0.05, 50), problem));
    });

    private static double OwnMass(ITransportSolver solver, TransportProblem problem) => solver.Solve(problem).Plan.diagonal().sum().ToDouble();

    private static double Excess(ITransportSolver solver, TransportProblem problem)
    {
        double exact = new Exact().Solve(problem).Cost;
        return (solver.Solve(problem).Cost - exact) / exact;
    }

    private static void ForEach(double spread, double noise, Action<TransportProblem> check)
    {
        for (ulong seed = 0; seed < Seeds; seed++)
        {
            using var scope = NewDisposeScope();
            using var generator = new Generator(seed);
            Tensor centre = randn(1, 128, generator: generator), examples = randn(64, 128, generator: generator), differences = randn(64, 128, generator: generator);
            Tensor teacher = centre + (spread * examples);
            check(new TransportProblem(CosineDistance.Of(teacher, teacher + (noise * differences))));
        }
    }
}
