namespace WCoRD.MLNet.Tests;

/// <summary>The README's picture shows what was measured.</summary>
[TestClass]
public sealed class FirstPictureTests
{
    [TestMethod]
    [TestCategory("Long")]
    public void FirstPicture_DrawnAgain_IsTheOneOfTheReadme()
    {
        LongTest.Require();
        using var folder = new TemporaryFolder();
        string drawn = folder.File("drawn.svg");
        Packages.Succeed("dotnet", "run", "eng/first-picture.cs", "results/photographs.md", drawn);
        Assert.AreEqual(File.ReadAllText(Path.Combine(RepositoryFolder.Root, "docs", "photographs.svg")), File.ReadAllText(drawn));
    }
}
