using TorchSharp;
using static TorchSharp.torch;

namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed class SinkhornTests
{
    [TestMethod]
    public void Solve_TwoByTwo_IsTheClosedForm()
    {
        // C = [0 1; 1 0]: by symmetry pi_11 / pi_12 = exp(1 / epsilon), and a row sums to 1/2.
        using var scope = NewDisposeScope();
        using var found = Sinkhorn.Absolute(0.25, 200, 1e-12).Solve(new TransportProblem(1 - eye(2)));
        double own = 0.5 / (1 + Math.Exp(-4));
        LossChecks.AreClose([own, 0.5 - own, 0.5 - own, own], found.Plan.ToDoubles(), 0, 1e-9);
    }

    [TestMethod]
    public void Relative_CostsOfAnotherScale_TheSamePlan()
    {
        using var scope = NewDisposeScope();
        Tensor cost = LossChecks.Random("cost", 6, 6) + 1;
        double[] plan = Sinkhorn.Relative(0.05, 50).Solve(new TransportProblem(cost)).Plan.ToDoubles();
        LossChecks.AreClose(plan, Sinkhorn.Relative(0.05, 50).Solve(new TransportProblem(cost * 0.08)).Plan.ToDoubles(), 1e-9, 1e-12);
    }

    [TestMethod]
    public void Relative_PositiveCosts_IsAShareOfTheirMean()
    {
        using var scope = NewDisposeScope();
        var problem = new TransportProblem(LossChecks.Random("cost", 6, 6) + 1);
        double epsilon = 0.05 * problem.Cost.mean().ToDouble();
        using TransportResult absolute = Sinkhorn.Absolute(epsilon, 500, 1e-9).Solve(problem), relative = Sinkhorn.Relative(0.05, 500, 1e-9).Solve(problem);
        LossChecks.AreClose(absolute.Plan.ToDoubles(), relative.Plan.ToDoubles(), 1e-6, 1e-9);
    }

    [TestMethod]
    public void Solve_TinyEpsilon_FiniteAndNearTheExactCost()
    {
        using var scope = NewDisposeScope();
        var problem = new TransportProblem(ReferenceTensors.Uniform("cost", 0, 2, 6, 6));
        using var found = Sinkhorn.Absolute(1e-4, 2000, 1e-8).Solve(problem);
        using var exact = new Exact().Solve(problem);
        Assert.IsTrue(found.Converged, $"{found.MarginalError}");
        Assert.AreEqual(exact.Cost, found.Cost, 1e-4 * Math.Log(6));
    }

    [TestMethod]
    public void Solve_TooFewIterations_SaysNotConverged()
    {
        using var scope = NewDisposeScope();
        using var found = Sinkhorn.Absolute(0.01, 1).Solve(new TransportProblem(ReferenceTensors.Uniform("cost", 0, 2, 6, 6)));
        Assert.IsFalse(found.Converged);
        Assert.AreEqual(1, found.Iterations);
    }

    [TestMethod]
    public void Solve_SmallEpsilonWithoutTolerance_IsNearerByTheFallingEpsilonThanByPlainSteps()
    {
        using var scope = NewDisposeScope();
        const double Epsilon = 0.01;
        const int Iterations = 100;
        var problem = new TransportProblem(ReferenceTensors.Uniform("cost", 0, 2, 12, 12).to(ScalarType.Float64));
        double found = Sinkhorn.Absolute(Epsilon, Iterations).Solve(problem).MarginalError;

        // The definition: rows and columns set right in turn, at this epsilon from the first step on.
        Tensor kernel = problem.Cost / -Epsilon, rows = zeros(12, 1, ScalarType.Float64), columns = zeros(1, 12, ScalarType.Float64);
        for (int step = 0; step < Iterations; step++)
        {
            rows = -Math.Log(12) - (kernel + columns).logsumexp(1, keepdim: true);
            columns = -Math.Log(12) - (kernel + rows).logsumexp(0, keepdim: true);
        }

        using var plain = new TransportResult((kernel + rows + columns).exp(), problem, Iterations);
        Assert.IsLessThan(plain.MarginalError / 3, found);
    }
}
