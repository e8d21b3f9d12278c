using TorchSharp;
using static TorchSharp.torch;

namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed class LocalContrastiveLossTests
{
    [TestMethod]
    [DataRow(TransportSolver.Sinkhorn)]
    [DataRow(TransportSolver.Ipot)]
    [DataRow(TransportSolver.Exact)]
    public void Compute_BatchOfOne_IsTheCosineDistance(TransportSolver solver)
    {
        using var scope = NewDisposeScope();
        var (u, v) = (tensor(new float[] { 1, 0 }, [1, 2]), tensor(new float[] { 3, 4 }, [1, 2]));
        Assert.AreEqual(0.4, new LocalContrastiveLoss(solver).Compute(u, v).ToDouble(), 1e-6);
    }

    [TestMethod]
    [DataRow(TransportSolver.Sinkhorn)]
    [DataRow(TransportSolver.Ipot)]
    [DataRow(TransportSolver.Exact)]
    public void Compute_AllPointsIdentical_Zero(TransportSolver solver)
    {
        using var scope = NewDisposeScope();
        Assert.AreEqual(0, new LocalContrastiveLoss(solver).Compute(ones(5, 3), ones(4, 3)).ToDouble(), 1e-6);
    }

    [TestMethod]
    public void Compute_PermutedBatch_NearZero()
    {
        using var scope = NewDisposeScope();
        var u = eye(6);
        var v = u.flip(0);
        Assert.AreEqual(0, new LocalContrastiveLoss(iterations: 500).Compute(u, v).ToDouble(), 1e-5);
    }

    [TestMethod]
    [DataRow(TransportSolver.Sinkhorn)]
    [DataRow(TransportSolver.Ipot)]
    [DataRow(TransportSolver.Exact)]
    public void Compute_Gradient_HoldsThePlanFixed(TransportSolver solver)
    {
        using var scope = NewDisposeScope();
        var u = LossChecks.Random("u", 4, 3);
        var at = LossChecks.Random("v", 3, 3);
        var cost = CosineDistance.Of(u, at);
        var plan = TransportSolvers.Create(solver, null, 50).Solve(new TransportProblem(cost)).Plan;
        LossChecks.GradientIsDifferenceQuotient(x => (plan * CosineDistance.Of(u, x)).sum(), at);

        var a = at.clone().requires_grad_(true);
        var b = at.clone().requires_grad_(true);
        new LocalContrastiveLoss(solver).Compute(u, a).backward();
        (plan * CosineDistance.Of(u, b)).sum().backward();
        LossChecks.AreClose(b.grad!.ToDoubles(), a.grad!.ToDoubles(), 1e-9, 1e-12);
    }

    [TestMethod]
    [DataRow(TransportSolver.Sinkhorn)]
    [DataRow(TransportSolver.Ipot)]
    [DataRow(TransportSolver.Exact)]
    public void Compute_LeavesNoTensors(TransportSolver solver) => LossChecks.LeavesNoTensors(() =>
    {
        using var scope = NewDisposeScope();
        new LocalContrastiveLoss(solver).Compute(rand(4, 3), rand(4, 3).requires_grad_(true)).backward();
    });
}
