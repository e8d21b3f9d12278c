namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed class ToolTests
{
    [TestMethod]
    public void Culture_OfTheToolsProcess_IsTheOddOne()
    {
        // Another program in the same environment: nothing that wcord prints tells the culture.
        var (exitCode, output, errors) = RepositoryFolder.Run("dotnet", [ChildProcess.AssemblyOf("tests/WCoRD.MLNet.FreshProcess", "WCoRD.MLNet.FreshProcess.dll")], Tool.UnderOddCulture);
        Assert.AreEqual("\u22121,5", output.TrimEnd(), errors);
        Assert.AreEqual(0, exitCode);
    }
}
