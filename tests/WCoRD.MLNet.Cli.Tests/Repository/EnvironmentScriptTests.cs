namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed class EnvironmentScriptTests
{
    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    public void EnvironmentScript_SourcedTwice_ChangesTheSearchPathOnce()
    {
        var (exitCode, output, errors) = RepositoryFolder.Run(
            "bash", "-c", "set -euo pipefail; unset LD_LIBRARY_PATH; . eng/env.sh; echo \"[${LD_LIBRARY_PATH:-}]\"; . eng/env.sh; echo \"[${LD_LIBRARY_PATH:-}]\"");
        Assert.AreEqual(0, exitCode, errors);
        string[] lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.HasCount(2, lines, output);
        Assert.AreEqual(lines[0], lines[1]);
    }

    [TestMethod]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
    [DataRow("bake")]
    [DataRow("")]
    public void BuildScript_UnknownJob_PrintsUsageAndExits2(string job)
    {
        var (exitCode, output, errors) = RepositoryFolder.Run("bash", $"./build.sh {job}".TrimEnd().Split(' '));
        Assert.AreEqual(2, exitCode);
        Assert.AreEqual("", output);
        StringAssert.Contains(errors, "usage: ./build.sh demo");
    }
}
