using static TorchSharp.torch;

namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed class NegativeSamplerTests
{
    private static readonly long[] Labels = [0, 0, 0, 1, 1, 2, 2, 2, 2, 2];

    [TestMethod]
    public void Draw_OnlyOtherClasses_WithoutReplacement()
    {
        using var scope = NewDisposeScope();
        var sampler = new NegativeSampler(Labels, 4, 7);
        long[] batch = [0, 3, 5];
        var drawn = sampler.Draw(batch, 0);
        CollectionAssert.AreEqual(new long[] { 3, 4 }, drawn.shape);
        for (int b = 0; b < batch.Length; b++)
        {
            int[] rows = drawn[b].data<int>().ToArray();
            Assert.AreEqual(4, rows.Distinct().Count());
            Assert.IsTrue(rows.All(row => Labels[row] != Labels[batch[b]]));
        }
    }

    [TestMethod]
    public void Draw_EveryRowOfOtherClasses_EquallyOften()
    {
        using var scope = NewDisposeScope();
        var sampler = new NegativeSampler(Labels, 2, 7);
        var counts = new int[Labels.Length];
        foreach (long row in sampler.Draw(Enumerable.Repeat(0L, 7000).ToArray(), 0).data<int>().ToArray())
        {
            counts[row]++;
        }

        // 14,000 draws of 7 rows: 2000 each, with a deviation of 38.
        Assert.IsTrue(counts[..3].All(count => count == 0) && counts[3..].All(count => Math.Abs(count - 2000) < 200), string.Join(", ", counts));
    }

    [TestMethod]
    public void Draw_SameNumber_SameRows_OtherNumberOrSeed_Others()
    {
        using var scope = NewDisposeScope();
        long[] labels = [.. Enumerable.Range(0, 1000).Select(i => i % 10L)];
        var sampler = new NegativeSampler(labels, 100, 7);
        int[] Rows(NegativeSampler from, long number) => from.Draw([1, 2], number).data<int>().ToArray();
        var first = Rows(sampler, 0);
        CollectionAssert.AreNotEqual(first, Rows(sampler, 1));
        CollectionAssert.AreEqual(first, Rows(sampler, 0));
        CollectionAssert.AreNotEqual(first, Rows(new NegativeSampler(labels, 100, 8), 0));
    }

    [TestMethod]
    public void DrawShared_EveryRow_EquallyOftenWithoutReplacement()
    {
        using var scope = NewDisposeScope();
        var sampler = new NegativeSampler(Labels, 2, 7);
        var counts = new int[Labels.Length];
        for (int number = 0; number < 5000; number++)
        {
            long[] rows = [.. sampler.DrawShared(number).data<int>()];
            Assert.AreEqual(2, rows.Distinct().Count());
            counts[rows[0]]++;
            counts[rows[1]]++;
        }

        // 10,000 draws of 10 rows: 1000 each, with a deviation of 28.
        Assert.IsTrue(counts.All(count => Math.Abs(count - 1000) < 150), string.Join(", ", counts));
        CollectionAssert.AreEqual(sampler.DrawShared(3).data<int>().ToArray(), new NegativeSampler(Labels, 2, 7).DrawShared(3).data<int>().ToArray());
    }

    [TestMethod]
    public void Count_Null_IsWhatEveryExampleHas() => Assert.AreEqual(5, new NegativeSampler(Labels, null, 1).Count);

    [TestMethod]
    public void Count_NullWithManyRows_IsTheReferences()
    {
        long[] labels = [.. Enumerable.Range(0, 20000).Select(i => i % 100L)];
        Assert.AreEqual(16384, new NegativeSampler(labels, null, 1).Count);
    }

    [TestMethod]
    public void Create_TooManyNegatives_SaysFoundAndExpected()
    {
        var error = Assert.ThrowsExactly<ArgumentException>(() => new NegativeSampler(Labels, 6, 1));
        StringAssert.Contains(error.Message, "Negatives is 6: expected at most 5", StringComparison.Ordinal);
    }

    [TestMethod]
    public void Create_OneClass_SaysSo()
    {
        var error = Assert.ThrowsExactly<ArgumentException>(() => new NegativeSampler([4, 4], null, 1));
        StringAssert.Contains(error.Message, "fewer than two classes", StringComparison.Ordinal);
    }
}
