using System.Globalization;
using System.Text.Json;
using static TorchSharp.torch;

namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed class ReferenceTransportTests
{
    private const string Sinkhorns = "sinkhorn_";

    [TestMethod]
    [TestCategory("Golden")]
    public void Sinkhorn_ReferenceCosts_ReferencePlans() => ForEach((reference, problem) =>
    {
        foreach (var entry in reference.EnumerateObject().Where(entry => entry.Name.StartsWith(Sinkhorns, StringComparison.Ordinal)))
        {
            double epsilon = double.Parse(entry.Name[Sinkhorns.Length..], CultureInfo.InvariantCulture);
            using var found = Sinkhorn.Absolute(epsilon, 2000, 1e-9).Solve(problem);
            Assert.IsTrue(found.Converged, $"{entry.Name}: {found.MarginalError}");
            IsReference(entry.Value, found);
        }
    });

    [TestMethod]
    [TestCategory("Golden")]
    public void Ipot_ReferenceCosts_ReferencePlans() => ForEach((reference, problem) =>
    {
        using var found = new Ipot(0.5, 50).Solve(problem);
        IsReference(reference.GetProperty("ipot_beta0.5_outer50"), found);
    });

    [TestMethod]
    [TestCategory("Golden")]
    public void Exact_ReferenceCosts_ReferenceCost() => ForEach((reference, problem) =>
    {
        using var found = new Exact().Solve(problem);
        Assert.AreEqual(reference.GetProperty("exact_cost").GetDouble(), found.Cost, 1e-6);
    });

    private static void ForEach(Action<JsonElement, TransportProblem> check)
    {
        foreach (var losses in LossChecks.ReferenceLosses("optimal_transport"))
        {
            string prefix = losses.GetProperty("prefix").GetString()!;
            foreach (var reference in losses.GetProperty("optimal_transport").EnumerateArray())
            {
                using var scope = NewDisposeScope();
                int n = reference.GetProperty("rows").GetInt32(), m = reference.GetProperty("columns").GetInt32();
                Tensor teacher = ReferenceTensors.Uniform($"{prefix}ot_a{n}x{m}", -1, 1, n, 12), student = ReferenceTensors.Uniform($"{prefix}ot_b{n}x{m}", -1, 1, m, 12);
                check(reference, new TransportProblem(CosineDistance.Of(teacher, student)));
                check(reference, new TransportProblem(CosineDistance.Of(teacher.to_type(ScalarType.Float64), student.to_type(ScalarType.Float64))));
            }
        }
    }

    private static void IsReference(JsonElement expected, TransportResult found)
    {
        LossChecks.AreClose([expected.GetProperty("transport_cost").GetDouble()], [found.Cost], 1e-4, 0);
        LossChecks.AreClose(expected.GetProperty("plan_first_row").Numbers(), found.Plan[0].ToDoubles(), 1e-4, 1e-5);
    }
}
