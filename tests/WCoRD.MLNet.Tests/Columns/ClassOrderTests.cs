namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed class ClassOrderTests
{
    private static int[]? Map(string[]? own, string[]? other) => ClassOrder.Map(own, "the set", other, "the teacher", "Give others.");

    [TestMethod]
    public void Map_SameOrderOrNoNames_IsNull()
    {
        Assert.IsNull(Map(["a", "b"], ["a", "b"]));
        Assert.IsNull(Map(null, ["a", "b"]));
        Assert.IsNull(Map(["a", "b"], null));
    }

    [TestMethod]
    public void Map_OtherOrder_GivesThePlaceOfEach() =>
        CollectionAssert.AreEqual(new[] { 2, 0, 1 }, Map(["c", "a", "b"], ["a", "b", "c"]));

    [TestMethod]
    public void Map_OtherNames_ListsWhatOnlyOneSideHas()
    {
        string message = Assert.ThrowsExactly<ArgumentException>(() => Map(["ant", "bee", "cat"], ["ant", "dog", "cat", "eel"])).Message;
        Assert.AreEqual(
            "the set names 3 classes and the teacher 4, which are not the same: only the set has 'bee'; only the teacher has 'dog', 'eel'. Give others.", message);
    }

    [TestMethod]
    public void Map_MoreClassesOfTheSameNames_IsRefused() =>
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => Map(["a", "b"], ["b", "a", "c"])).Message, "the set names 2 classes and the teacher 3, which are not the same: only the teacher has 'c'. Give others.");

    [TestMethod]
    public void Map_ManyOtherNames_ListsTen()
    {
        string[] own = [.. Enumerable.Range(0, 20).Select(i => $"n{i}")];
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => Map(own, ["x", "y"])).Message, "'n9' and 10 more");
    }

    [TestMethod]
    public void Map_CaseDiffers_IsAnotherName() => Assert.ThrowsExactly<ArgumentException>(() => Map(["A", "b"], ["a", "b"]));
}
