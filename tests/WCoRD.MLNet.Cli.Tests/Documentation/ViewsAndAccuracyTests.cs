namespace WCoRD.MLNet.Tests;

/// <summary>The page on performance states, and its picture shows, what was measured of stored views.</summary>
[TestClass]
public sealed class ViewsAndAccuracyTests
{
    [TestMethod]
    [TestCategory("Long")]
    public void ViewsAndAccuracy_MadeAgain_AreThoseOfTheDocument()
    {
        LongTest.Require();
        using var folder = new TemporaryFolder();
        string docs = Path.Combine(RepositoryFolder.Root, "docs"), drawn = folder.File("drawn.svg");
        string table = Packages.Succeed("dotnet", "run", "eng/views-and-accuracy.cs", "results/stored-views", drawn);
        StringAssert.Contains(File.ReadAllText(Path.Combine(docs, "performance.md")), table.Trim());
        Assert.AreEqual(File.ReadAllText(Path.Combine(docs, "views-and-accuracy.svg")), File.ReadAllText(drawn));
    }
}
