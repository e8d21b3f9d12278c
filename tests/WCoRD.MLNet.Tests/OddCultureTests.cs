using System.Globalization;

namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed class OddCultureTests
{
    [TestMethod]
    public void Culture_OfTests_IsTheOddOne()
    {
        Assert.AreEqual("\u22121,5", (-1.5).ToString(CultureInfo.CurrentCulture));
        string onAnother = "";
        var thread = new Thread(() => onAnother = (-1.5).ToString(CultureInfo.CurrentCulture));
        thread.Start();
        thread.Join();
        Assert.AreEqual("\u22121,5", onAnother);
        Assert.AreEqual("\u22121,5", Task.Run(() => (-1.5).ToString(CultureInfo.CurrentCulture)).Result);
    }

    [TestMethod]
    public void Culture_OfTheToolsProcess_IsTheOddOne()
    {
        // Another program in the same environment: nothing that wcord prints tells the culture.
        var (exitCode, output, errors) = RepositoryFolder.Run("dotnet", [ChildProcess.AssemblyOf("tests/WCoRD.MLNet.FreshProcess", "WCoRD.MLNet.FreshProcess.dll")], Tool.UnderOddCulture);
        Assert.AreEqual("\u22121,5", output.TrimEnd(), errors);
        Assert.AreEqual(0, exitCode);
    }
}
