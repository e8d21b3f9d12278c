using TorchSharp;
using static TorchSharp.torch;

namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed class ExactTests
{
    [TestMethod]
    public void Solve_UpToSeven_IsTheBestOfAllPermutations()
    {
        var random = new Random(1);
        for (int n = 1; n <= 7; n++)
        {
            using var scope = NewDisposeScope();
            // Whole costs are often equal: many plans are the cheapest then.
            double[] costs = [.. Enumerable.Range(0, n * n).Select(_ => n % 2 == 0 ? random.Next(-3, 4) : random.NextDouble())];
            double best = Permutations(n).Min(order => order.Select((column, row) => costs[(row * n) + column]).Sum()) / n;
            using var found = new Exact().Solve(new TransportProblem(tensor(costs, n, n)));
            Assert.AreEqual(best, found.Cost, 1e-12, $"{n}");
            CollectionAssert.AreEqual(Enumerable.Repeat(1.0 / n, n).ToArray(), found.Plan.ToDoubles().Where(mass => mass > 0).ToArray());
            Assert.IsTrue(found.Converged && found.Iterations == 0);
        }
    }

    [TestMethod]
    [DataRow(2, 4)]
    [DataRow(4, 6)]
    [DataRow(6, 4)]
    [DataRow(5, 9)]
    [DataRow(1, 3)]
    public void Solve_OtherSizes_IsTheAssignmentOfReplicatedPoints(int n, int m)
    {
        using var scope = NewDisposeScope();
        Tensor cost = LossChecks.Random($"{n} on {m}", n, m);
        int all = n * m / (int)System.Numerics.BigInteger.GreatestCommonDivisor(n, m);
        using var found = new Exact().Solve(new TransportProblem(cost));
        using var replicated = new Exact().Solve(new TransportProblem(cost.repeat_interleave(all / n, 0).repeat_interleave(all / m, 1)));
        Assert.AreEqual(replicated.Cost, found.Cost, 1e-12);
        Assert.IsLessThan(1e-12, found.MarginalError);
    }

    [TestMethod]
    public void Solve_Line_IsTheDistanceOfSortedPoints()
    {
        // On a line the cheapest plan keeps the order: W = mean |x_(i) - y_(i)|.
        using var scope = NewDisposeScope();
        Tensor x = LossChecks.Random("x", 64), y = LossChecks.Random("y", 64);
        using var found = new Exact().Solve(new TransportProblem((x.unsqueeze(1) - y.unsqueeze(0)).abs()));
        Assert.AreEqual((x.sort().Values - y.sort().Values).abs().mean().ToDouble(), found.Cost, 1e-12);
    }

    private static IEnumerable<int[]> Permutations(int n) => n == 0
        ? [[]]
        : Permutations(n - 1).SelectMany(order => Enumerable.Range(0, n).Select(at => order[..at].Append(n - 1).Concat(order[at..]).ToArray()));
}
