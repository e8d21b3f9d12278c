namespace WCoRD.MLNet.Tests;

/// <summary>The tool on a Linux whose libstdc++ is older than TorchSharp needs.</summary>
[TestClass]
public sealed class OlderLibstdcxxTests
{
    [TestMethod]
    public void EnsureLoaded_OnALinuxWithAnOlderLibstdcxx_SaysInOneLineWhatToDo()
    {
        const string SearchPath = "LD_LIBRARY_PATH";
        if (Environment.GetEnvironmentVariable(SearchPath) is not { } path || !path.Contains("artifacts/libstdcxx", StringComparison.Ordinal))
        {
            Assert.Inconclusive("This system's libstdc++ is new enough.");
        }

        using var folder = new TemporaryFolder();
        SampleImages.Write(folder.Path, trainCount: 100, testCount: 100);
        var (exitCode, output, errors) = RepositoryFolder.Run(
            "dotnet",
            [Path.Combine(AppContext.BaseDirectory, "wcord.dll"), "teach", "--data", folder.Path, "--epochs", "1", "--out", folder.File("x.zip"), "--json"],
            new Dictionary<string, string> { [SearchPath] = "" });
        Assert.AreEqual(1, exitCode, output);
        Assert.AreEqual("", output);
        Assert.HasCount(1, errors.TrimEnd().Split('\n'), errors);
        StringAssert.StartsWith(errors, "wcord teach: This Linux's libstdc++ lacks GLIBCXX_3.4.32 (GCC 13), which TorchSharp needs: run '. eng/env.sh'");
    }
}
