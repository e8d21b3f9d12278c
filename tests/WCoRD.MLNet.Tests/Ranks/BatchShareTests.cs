namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed class BatchShareTests
{
    [TestMethod]
    [DataRow(64, 4)]
    [DataRow(7, 3)]
    [DataRow(2, 4)]
    [DataRow(1, 2)]
    public void Shares_OfAllRanks_CoverTheBatchOnce(int total, int size)
    {
        BatchShare[] shares = [.. Enumerable.Range(0, size).Select(rank => new BatchShare(total, rank, size))];
        int[] examples = [.. shares.SelectMany(share => Enumerable.Range(share.From, share.Count))];
        CollectionAssert.AreEqual(Enumerable.Range(0, total).ToArray(), examples);
        foreach (BatchShare share in shares)
        {
            Assert.IsInRange(total / size, (total + size - 1) / size, share.Count);
            Assert.IsGreaterThanOrEqualTo(1, share.Computed);
            Assert.IsLessThanOrEqualTo(total, share.FirstComputed + share.Computed);
            Assert.AreEqual((total + size - 1) / size, share.Most);
        }
    }
}
