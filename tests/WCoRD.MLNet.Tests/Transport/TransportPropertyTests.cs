using TorchSharp;
using static TorchSharp.torch;

namespace WCoRD.MLNet.Tests;

/// <summary>What holds of any plan, over sizes and costs drawn from a fixed seed.</summary>
[TestClass]
public sealed class TransportPropertyTests
{
    private const int Draws = 20;

    // Ipot is on the way only: what holds of the end is asked of the others.
    private static readonly ITransportSolver[] Solvers = [new Exact(), Sinkhorn.Absolute(0.05, 2000, 1e-11), new Ipot(0.5, 50)];

    [TestMethod]
    public void Solve_AnyCost_HasUniformMarginals() => ForAny((cost, solver) =>
    {
        using var found = Solve(solver, cost);
        Assert.IsTrue(found.Plan.min().ToDouble() >= 0);
        // What 50 steps of Ipot leave.
        Assert.IsLessThan(solver is Ipot ? 0.05 : 1e-9, found.MarginalError);
        Assert.AreEqual(1, found.Plan.sum().ToDouble(), 1e-9);
    });

    [TestMethod]
    public void Solve_Transposed_TransposesTheCostAndThePlan() => ForAny((cost, solver) =>
    {
        if (solver is not Ipot)
        {
            using TransportResult found = Solve(solver, cost), transposed = Solve(solver, cost.t());
            Assert.AreEqual(found.Cost, transposed.Cost, 1e-8);
            LossChecks.AreClose(found.Plan.ToDoubles(), transposed.Plan.t().ToDoubles(), 0, 1e-6);
        }
    });

    [TestMethod]
    public void Solve_CostsAddedByRowAndColumn_KeepThePlan() => ForAny((cost, solver) =>
    {
        if (solver is not Ipot)
        {
            Tensor rows = LossChecks.Random("a", cost.shape[0], 1), columns = LossChecks.Random("b", 1, cost.shape[1]);
            using TransportResult found = Solve(solver, cost), moved = Solve(solver, cost + rows + columns);
            LossChecks.AreClose(found.Plan.ToDoubles(), moved.Plan.ToDoubles(), 0, 1e-6);
            Assert.AreEqual(found.Cost + rows.mean().ToDouble() + columns.mean().ToDouble(), moved.Cost, 1e-8);
        }
    });

    [TestMethod]
    public void Solve_Permuted_PermutesThePlan() => ForAny((cost, solver) =>
    {
        using TransportResult found = Solve(solver, cost), turned = Solve(solver, cost.flip(0).roll(1, 1));
        LossChecks.AreClose(found.Plan.flip(0).roll(1, 1).ToDoubles(), turned.Plan.ToDoubles(), 0, 1e-6);
    });

    [TestMethod]
    public void Exact_AnyCost_IsNotAboveAnyOther() => ForAny((cost, solver) =>
    {
        using TransportResult exact = Solve(new Exact(), cost), found = Solve(solver, cost);
        // What is missing in a marginal may be missing where it costs most.
        Assert.IsLessThanOrEqualTo(found.Cost + (2 * found.MarginalError) + 1e-9, exact.Cost);
    });

    [TestMethod]
    [DataRow(1, 1)]
    [DataRow(4, 4)]
    [DataRow(3, 7)]
    public void Solve_ConstantCost_CostsThat(int n, int m)
    {
        foreach (ITransportSolver solver in Solvers.Append(Sinkhorn.Relative(0.05, 50)))
        {
            foreach (double constant in new[] { 0, 0.3 })
            {
                using var scope = NewDisposeScope();
                using var found = Solve(solver, full(n, m, constant));
                Assert.AreEqual(constant, found.Cost, 1e-7);
                if (solver is not Exact)
                {
                    LossChecks.AreClose(Enumerable.Repeat(1.0 / (n * m), n * m).ToArray(), found.Plan.ToDoubles(), 0, 1e-6);
                }
            }
        }
    }

    private static TransportResult Solve(ITransportSolver solver, Tensor cost) => solver.Solve(new TransportProblem(cost));

    private static void ForAny(Action<Tensor, ITransportSolver> check)
    {
        var random = new Random(7);
        for (int draw = 0; draw < Draws; draw++)
        {
            (int n, int m) = (random.Next(1, 10), random.Next(1, 10));
            foreach (ITransportSolver solver in Solvers)
            {
                using var scope = NewDisposeScope();
                check(LossChecks.Random($"cost {draw}", n, draw % 2 == 0 ? n : m) + 1, solver);
            }
        }
    }
}
