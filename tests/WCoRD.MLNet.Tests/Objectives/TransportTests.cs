using TorchSharp;
using static TorchSharp.torch;

namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed class TransportTests
{
    [TestMethod]
    [TestCategory("Golden")]
    public void Solvers_ReferenceCosts_ReferencePlans()
    {
        foreach (var losses in LossChecks.ReferenceLosses())
        {
            string prefix = losses.GetProperty("prefix").GetString()!;
            foreach (var reference in losses.GetProperty("optimal_transport").EnumerateArray())
            {
                using var scope = NewDisposeScope();
                int n = reference.GetProperty("rows").GetInt32(), m = reference.GetProperty("columns").GetInt32();
                var single = LocalContrastiveLoss.Cost(
                    ReferenceTensors.Uniform($"{prefix}ot_a{n}x{m}", -1, 1, n, 12),
                    ReferenceTensors.Uniform($"{prefix}ot_b{n}x{m}", -1, 1, m, 12));
                foreach (var cost in new[] { single, single.to_type(ScalarType.Float64) })
                {
                    foreach (var entry in reference.EnumerateObject().Where(entry => entry.Name.StartsWith("sinkhorn_", StringComparison.Ordinal)))
                    {
                        double epsilon = double.Parse(entry.Name[9..], System.Globalization.CultureInfo.InvariantCulture);
                        IsReference(entry.Value, Sinkhorn.Solve(cost, epsilon, 2000, 1e-7));
                    }

                    IsReference(reference.GetProperty("ipot_beta0.5_outer50"), Ipot.Solve(cost, 0.5, 50, 1e-9));
                    using var exact = Ipot.Solve(cost, 0.5, 1000);
                    Assert.AreEqual(reference.GetProperty("exact_cost").GetDouble(), exact.Cost, 2e-4);
                }
            }
        }
    }

    [TestMethod]
    [DataRow(TransportSolver.Sinkhorn)]
    [DataRow(TransportSolver.Ipot)]
    public void Solve_NonSquare_MarginalsAreUniform(TransportSolver solver)
    {
        using var scope = NewDisposeScope();
        var cost = ReferenceTensors.Uniform("cost", 0, 2, 5, 9);
        using var result = solver == TransportSolver.Sinkhorn ? Sinkhorn.Solve(cost, 0.1, 500) : Ipot.Solve(cost, 0.5, 2000);
        Assert.IsTrue(result.Converged, result.ToString());
        LossChecks.AreClose(Enumerable.Repeat(1 / 5.0, 5).ToArray(), result.Plan.sum(1).ToDoubles(), 0, 1e-5);
        LossChecks.AreClose(Enumerable.Repeat(1 / 9.0, 9).ToArray(), result.Plan.sum(0, keepdim: false).ToDoubles(), 0, 1e-5);
        Assert.IsLessThanOrEqualTo(1e-5, result.MarginalError);
    }

    [TestMethod]
    public void Sinkhorn_TinyEpsilon_Finite()
    {
        using var scope = NewDisposeScope();
        using var result = Sinkhorn.Solve(ReferenceTensors.Uniform("cost", 0, 2, 6, 6), 1e-4, 100);
        Assert.IsTrue(result.Plan.isfinite().all().ToBoolean() && double.IsFinite(result.Cost));
    }

    [TestMethod]
    public void Sinkhorn_TooFewIterations_SaysNotConverged()
    {
        using var scope = NewDisposeScope();
        using var result = Sinkhorn.Solve(ReferenceTensors.Uniform("cost", 0, 2, 6, 6), 0.01, 1);
        Assert.IsFalse(result.Converged);
        Assert.AreEqual(1, result.Iterations);
    }

    [TestMethod]
    public void Ipot_LongRunWithSmallBeta_StaysFiniteAndExact()
    {
        using var scope = NewDisposeScope();
        // The diagonal is free, everything else costs 1: the exact plan is the diagonal.
        using var result = Ipot.Solve(1 - eye(4), 0.01, 3000, 0);
        Assert.AreEqual(0, result.Cost, 1e-6);
        LossChecks.AreClose([0.25, 0.25, 0.25, 0.25], result.Plan.diagonal().ToDoubles(), 0, 1e-5);
    }

    private static void IsReference(System.Text.Json.JsonElement expected, TransportResult found)
    {
        LossChecks.AreClose([expected.GetProperty("transport_cost").GetDouble()], [found.Cost], 1e-4, 0);
        LossChecks.AreClose(expected.GetProperty("plan_first_row").Numbers(), found.Plan[0].ToDoubles(), 1e-4, 1e-5);
    }
}
