using static TorchSharp.torch;

namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed class TransportResultTests
{
    [TestMethod]
    public void Measures_OfAGivenPlan_AreTheirDefinitions()
    {
        using var scope = NewDisposeScope();
        Tensor plan = tensor(new[] { 0.5, 0.1, 0, 0.3 }, 2, 2);
        using var found = new TransportResult(plan, new TransportProblem(tensor(new double[] { 1, 2, 3, 4 }, 2, 2)), 3, 0.25, tensor(new[] { 0.5, 0.1, 0.1, 0.1 }, 2, 2).log());
        Assert.AreEqual(0.5 + 0.2 + 1.2, found.Cost, 1e-12);
        // Rows sum to 0.6 and 0.3, columns to 0.5 and 0.4.
        Assert.AreEqual(0.3, found.MarginalError, 1e-12);
        Assert.AreEqual(0.3, found.Change, 1e-12);
        Assert.IsFalse(found.Converged);
    }

    [TestMethod]
    [DataRow(0.3, true)]
    [DataRow(0.299, false)]
    public void Converged_WithinTheTolerance_IsTrueUpToIt(double tolerance, bool expected)
    {
        using var scope = NewDisposeScope();
        // Rows sum to 0.5 and 0.5, columns to 0.65 and 0.35.
        Tensor plan = tensor(new[] { 0.5, 0, 0.15, 0.35 }, 2, 2);
        using var found = new TransportResult(plan, new TransportProblem(ones(2, 2)), 1, tolerance + 1e-12);
        Assert.AreEqual(0.3, found.MarginalError, 1e-12);
        Assert.AreEqual(expected, found.Converged);
    }

    [TestMethod]
    [DataRow(TransportSolver.Ipot)]
    [DataRow(TransportSolver.Sinkhorn)]
    [DataRow(TransportSolver.Exact)]
    public void Solve_LeavesTheResultAlone(TransportSolver solver) => LossChecks.LeavesNoTensors(() =>
    {
        using var cost = rand(5, 4);
        using var scope = NewDisposeScope();
        using var found = TransportSolvers.Create(solver, null, 30, 1e-12).Solve(new TransportProblem(cost));
        Assert.IsTrue(double.IsFinite(found.Cost + found.MarginalError + found.Change));
    });
}
