using static TorchSharp.torch;

namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed class TransportProblemTests
{
    [TestMethod]
    [DataRow(0L, 3L)]
    [DataRow(3L, 0L)]
    public void Create_EmptySide_SaysTheShape(long rows, long columns)
    {
        using var scope = NewDisposeScope();
        var error = Assert.ThrowsExactly<ArgumentException>(() => new TransportProblem(zeros(rows, columns)));
        StringAssert.Contains(error.Message, Invariant($"[{rows}, {columns}]: expected [n, m] with at least one point on each side"));
    }

    [TestMethod]
    [DataRow(double.NaN)]
    [DataRow(double.PositiveInfinity)]
    public void Read_NotFinite_SaysWhere(double fault)
    {
        using var scope = NewDisposeScope();
        Tensor cost = ones(2, 3);
        cost[1, 2] = fault;
        var problem = new TransportProblem(cost);
        foreach (Action read in new Action[] { () => problem.Read(), () => new Exact().Solve(problem) })
        {
            StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(read).Message, Invariant($"of row 1 and column 2 is {fault}: expected a finite number"));
        }
    }

    [TestMethod]
    [DataRow(TransportSolver.Ipot, null)]
    [DataRow(TransportSolver.Ipot, 1e-5)]
    [DataRow(TransportSolver.Sinkhorn, null)]
    [DataRow(TransportSolver.Sinkhorn, 1e-5)]
    public void Solve_NaN_EndsAndIsNotConverged(TransportSolver solver, double? tolerance)
    {
        using var scope = NewDisposeScope();
        Tensor cost = ones(3, 3);
        cost[0, 0] = double.NaN;
        using var found = TransportSolvers.Create(solver, null, 40, tolerance).Solve(new TransportProblem(cost));
        Assert.IsTrue(double.IsNaN(found.Cost) && !found.Converged);
    }

    [TestMethod]
    public void Create_NumbersWithoutMeaning_AreRefused()
    {
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => TransportSolvers.Create(TransportSolver.Ipot, 0, 1));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => TransportSolvers.Create(TransportSolver.Sinkhorn, null, 0));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => TransportSolvers.Create((TransportSolver)7, null, 1));
        var error = Assert.ThrowsExactly<ArgumentException>(() => TransportSolvers.Create(TransportSolver.Exact, 0.1, 1));
        StringAssert.Contains(error.Message, "0.1: expected null, because TransportSolver.Exact has none");
    }
}
