using WCoRD.MLNet.Cli.Models;

namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed class ScoredPartTests
{
    [TestMethod]
    [DataRow("1/1", 10, 0, 10)]
    [DataRow("1/3", 10, 0, 4)]
    [DataRow("2/3", 10, 4, 3)]
    [DataRow("3/3", 10, 7, 3)]
    [DataRow("2/2", 1, 1, 0)]
    [DataRow("2147483647/2147483647", long.MaxValue, 9223372032559808509L, 4294967298L)]
    public void Of_ATotal_IsTheRangeOfThePart(string part, long total, long first, long count) =>
        Assert.AreEqual((first, count), ScoredPart.Parse(part)!.Of(total));

    [TestMethod]
    public void Of_AllParts_FollowEachOtherAndDifferByOneAtMost()
    {
        for (int total = 0; total < 40; total++)
        {
            for (int parts = 1; parts < 20; parts++)
            {
                long next = 0;
                for (int number = 1; number <= parts; number++)
                {
                    (long first, long count) = new ScoredPart(number, parts).Of(total);
                    Assert.AreEqual(next, first);
                    Assert.IsTrue(count == total / parts || count == (total + parts - 1) / parts);
                    next += count;
                }

                Assert.AreEqual(total, next);
            }
        }
    }

    [TestMethod]
    [DataRow("0/4")]
    [DataRow("5/4")]
    [DataRow("3/0")]
    [DataRow("-1/4")]
    [DataRow("+1/4")]
    [DataRow("1/4/4")]
    [DataRow("1 / 4")]
    [DataRow("1,5/4")]
    [DataRow("4")]
    [DataRow("/")]
    [DataRow("")]
    [DataRow("4294967297/4294967298")]
    public void Parse_NoPart_IsNull(string text) => Assert.IsNull(ScoredPart.Parse(text));
}
