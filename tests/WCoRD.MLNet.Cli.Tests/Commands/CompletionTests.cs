namespace WCoRD.MLNet.Tests;

/// <summary>What shells ask when a user presses tab.</summary>
[TestClass]
public sealed class CompletionTests
{
    [TestMethod]
    [DataRow("wcord di", "distill")]
    [DataRow("wcord distill --teacher-s", "--teacher-scores")]
    public async Task Suggest_BeginningOfAWord_GivesWhatMayFollow(string line, string expected)
    {
        (int exitCode, string output, string errors) = await Tool.RunHereAsync(Invariant($"[suggest:{line.Length}]"), line);
        Assert.AreEqual(0, exitCode, errors);
        CollectionAssert.Contains(output.ReplaceLineEndings("\n").Split('\n'), expected);
    }

    [TestMethod]
    public void BashFunction_OfThePage_CompletesACommand()
    {
        if (!OperatingSystem.IsLinux())
        {
            Assert.Inconclusive("Needs bash.");
        }

        string page = File.ReadAllText(Path.Combine(RepositoryFolder.Root, "docs", "how-to.md"));
        string function = page.Split("```bash\n").Single(part => part.StartsWith("_wcord()", StringComparison.Ordinal)).Split("```")[0];
        string script = $$"""
            wcord() { dotnet "{{Path.Combine(AppContext.BaseDirectory, "wcord.dll")}}" "$@"; }
            {{function}}
            COMP_LINE="wcord di"; COMP_POINT=8; COMP_WORDS=(wcord di); COMP_CWORD=1
            _wcord
            echo "${COMPREPLY[@]}"
            """;
        var (exitCode, output, errors) = RepositoryFolder.Run("bash", "-c", script);
        Assert.AreEqual(0, exitCode, errors);
        Assert.AreEqual("distill", output.Trim());
    }
}
