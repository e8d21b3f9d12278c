using static TorchSharp.torch;

namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed class IpotTests
{
    [TestMethod]
    public void Solve_LongRunWithSmallBeta_StaysFiniteAndExact()
    {
        using var scope = NewDisposeScope();
        // The diagonal is free, everything else costs 1: the exact plan is the diagonal.
        using var found = new Ipot(0.01, 3000).Solve(new TransportProblem(1 - eye(4)));
        Assert.AreEqual(0, found.Cost, 1e-6);
        LossChecks.AreClose([0.25, 0.25, 0.25, 0.25], found.Plan.diagonal().ToDoubles(), 0, 1e-5);
    }

    [TestMethod]
    public void Solve_MoreIterations_NearsTheExactCostFromAbove()
    {
        using var scope = NewDisposeScope();
        var problem = new TransportProblem(ReferenceTensors.Uniform("cost", 0, 2, 12, 12));
        using var exact = new Exact().Solve(problem);
        double[] excess = [.. new[] { 10, 50, 250, 1250 }.Select(iterations => new Ipot(0.5, iterations).Solve(problem).Cost - exact.Cost)];
        CollectionAssert.AreEqual(excess.OrderDescending().ToArray(), excess);
        Assert.IsLessThan(0.05 * excess[0], excess[^1]);
        Assert.IsGreaterThan(0, excess[^1] + 1e-4);
    }

    [TestMethod]
    public void Solve_AtTheDefaults_SaysThatItStillMoves()
    {
        using var scope = NewDisposeScope();
        using var found = new Ipot(0.5, 50).Solve(new TransportProblem(ReferenceTensors.Uniform("cost", 0, 2, 12, 12)));
        Assert.IsGreaterThan(1e-4, found.Change);
        Assert.IsFalse(found.Converged);
        Assert.AreEqual(50, found.Iterations);
    }

    [TestMethod]
    public void Solve_WithTolerance_StopsThere()
    {
        using var scope = NewDisposeScope();
        using var found = new Ipot(0.5, 3000, 1e-6).Solve(new TransportProblem(1 - eye(4)));
        Assert.IsTrue(found.Converged && found.Change <= 1e-6 && found.MarginalError <= 1e-6);
        Assert.IsLessThan(200, found.Iterations);
    }
}
