namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed class BatchPlanTests
{
    [TestMethod]
    [DataRow(33, 16, new[] { 16, 17 })]
    [DataRow(32, 16, new[] { 16, 16 })]
    [DataRow(34, 16, new[] { 16, 16, 2 })]
    [DataRow(17, 16, new[] { 17 })]
    [DataRow(5, 16, new[] { 5 })]
    [DataRow(1, 16, new[] { 1 })]
    [DataRow(3, 1, new[] { 1, 1, 1 })]
    [DataRow(5, 2, new[] { 2, 3 })]
    public void Of_Rows_TakesEachOnceAndLeavesNoneAlone(int rows, int batchSize, int[] expected)
    {
        var plan = new BatchPlan(rows, batchSize);
        int[] order = [.. Enumerable.Range(0, rows).Reverse()];
        List<int> taken = [];
        List<int> sizes = [];
        for (int step = 0; step < plan.Steps; step++)
        {
            taken.AddRange(plan.Of(order, step));
            sizes.Add(plan.Of(order, step).Length);
        }

        CollectionAssert.AreEqual(order, taken.ToArray());
        CollectionAssert.AreEqual(expected, sizes.ToArray());
        Assert.AreEqual(expected.Min(), plan.Least);
    }
}
