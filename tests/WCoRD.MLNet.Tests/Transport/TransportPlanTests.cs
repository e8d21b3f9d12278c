using System.Xml.Linq;

namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed class TransportPlanTests
{
    private static readonly float[][] Axes = [[1, 0, 0], [0, 1, 0], [0, 0, 1]];

    [TestMethod]
    [DataRow(TransportSolver.Ipot)]
    [DataRow(TransportSolver.Exact)]
    [DataRow(TransportSolver.Sinkhorn)]
    public void Between_APermutation_CarriesEachVectorToItsLikeness(TransportSolver solver)
    {
        TransportPlan plan = TransportPlan.Between(Axes, [[0, 0, 5], [2, 0, 0], [0, 1, 0]], solver, iterations: 500);
        float[][] expected = [[0, 1, 0], [0, 0, 1], [1, 0, 0]];
        for (int i = 0; i < 3; i++)
        {
            for (int j = 0; j < 3; j++)
            {
                Assert.AreEqual(expected[i][j] / 3, plan.Mass[i][j], 1e-4);
            }
        }

        Assert.AreEqual(0, plan.Cost, 1e-4);
        Assert.IsTrue(plan.Converged);
        Assert.AreEqual(solver, plan.Solver);
    }

    [TestMethod]
    public void Between_OneVectorOnTwo_SplitsItsMass()
    {
        // C = 1 - cos = 1 to each of the two.
        TransportPlan plan = TransportPlan.Between([[1, 0, 0]], [[0, 1, 0], [0, 0, 1]]);
        CollectionAssert.AreEqual(new[] { 0.5f, 0.5f }, plan.Mass[0].ToArray());
        Assert.AreEqual(1, plan.Cost, 1e-6);
        StringAssert.StartsWith(plan.ToString(), "transport of 1 x 2 examples by Ipot: cost 1.0000; ");
    }

    [TestMethod]
    public void Between_OtherSizes_SaysWhatWasFoundAndExpected()
    {
        var fault = Assert.ThrowsExactly<ArgumentException>(() => TransportPlan.Between(Axes, [[1, 0]]));
        StringAssert.Contains(fault.Message, "teacher has 3 and student 1 vector(s), of 3 and 2 numbers: expected");
        StringAssert.Contains(fault.Message, "Features of different networks differ in size");
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => TransportPlan.Between([], Axes)).Message, "teacher has 0 and student 3 vector(s)");
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => TransportPlan.Between(Axes, [])).Message, "teacher has 3 and student 0 vector(s)");
        Assert.ThrowsExactly<ArgumentException>(() => TransportPlan.Between([[]], [[]]));
        Assert.ThrowsExactly<ArgumentNullException>(() => TransportPlan.Between(null!, Axes));
        Assert.ThrowsExactly<ArgumentNullException>(() => TransportPlan.Between(Axes, null!));
    }

    [TestMethod]
    public void ToString_WithClasses_TellsTheMassThatStays()
    {
        // Two thirds within class a, one third between a and b: 2/6 + 1/6 stay of a, 1/6 of b.
        var plan = new TransportPlan
        {
            Mass = [[1 / 3f, 0, 0], [0, 1 / 6f, 1 / 6f], [0, 1 / 6f, 1 / 6f]],
            Cost = 0.25,
            Solver = TransportSolver.Ipot,
            Iterations = 50,
            MarginalError = 1e-3,
            Converged = false,
            ExampleClasses = ["a", "a", "b"],
        };
        Assert.AreEqual("transport of 3 x 3 examples by Ipot: cost 0.2500, 66.7 % of the mass stays within its class; 50 iterations, marginal error 1.0E-003, not converged", plan.ToString());
    }

    [TestMethod]
    public void ToString_Converged_SaysNothingOfIt()
    {
        // All mass stays within one class, though none on the own example.
        var plan = new TransportPlan
        {
            Mass = [[0.25f, 0.25f], [0.25f, 0.25f]],
            Cost = 0,
            Solver = TransportSolver.Sinkhorn,
            Iterations = 7,
            MarginalError = 1e-6,
            Converged = true,
            ExampleClasses = ["a", "a"],
        };
        Assert.AreEqual("transport of 2 x 2 examples by Sinkhorn: cost 0.0000, 100.0 % of the mass stays within its class; 7 iterations, marginal error 1.0E-006", plan.ToString());
    }

    [TestMethod]
    public void ToString_Exact_SaysNothingOfIterations() =>
        Assert.AreEqual("transport of 3 x 3 examples by Exact: cost 0.0000", TransportPlan.Between(Axes, Axes, TransportSolver.Exact).ToString());

    [TestMethod]
    public void Between_NumbersThatAreNotFinite_SaysWhere() =>
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => TransportPlan.Between([[1, 0], [float.NaN, 1]], [[1, 0]])).Message, "of row 1 and column 0 is NaN: expected a finite number");

    [TestMethod]
    public void ToHtml_WithClasses_NamesEachRunOfThemOnBothSides()
    {
        TransportPlan plan = TransportPlan.Between(Axes, Axes).WithExampleClasses(["ant", "ant", "bee"]);
        XElement svg = XElement.Parse(plan.Picture.Svg);
        string[] texts = [.. svg.Descendants().Where(element => element.Name.LocalName == "text").Select(element => element.Value.Trim('\u00A0', ' ', '\n'))];
        Assert.AreEqual(2, texts.Count(text => text == "ant"));
        Assert.AreEqual(2, texts.Count(text => text == "bee"));
        StringAssert.Contains(plan.ToHtml(), "100.0 % of the mass stays within its class");
    }
}
