using System.CommandLine;
using System.Globalization;
using System.Text.RegularExpressions;
using WCoRD.MLNet.Cli.Commands;

namespace WCoRD.MLNet.Tests;

/// <summary>The files of <c>docs/cluster</c>: the tool takes their commands, and as many tasks are started as share the runs.</summary>
[TestClass]
public sealed partial class ClusterFilesTests
{
    private static string Folder => Path.Combine(RepositoryFolder.Root, "docs", "cluster");

    [TestMethod]
    public void SlurmScript_ItsCommand_IsParsedAndFitsTheArray()
    {
        string script = File.ReadAllText(Path.Combine(Folder, "compare.sbatch"));
        string options = Submitted().Match(script).Groups[1].Value;
        string command = Started().Match(script).Groups[1].Value.Replace("\"$@\"", options, StringComparison.Ordinal);
        CheckTasks(command.Split(' '), 1 + Number(Array().Match(script)));
    }

    [TestMethod]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
    public void SlurmScript_Read_IsBash()
    {
        (int code, _, string errors) = RepositoryFolder.Run("bash", "-n", Path.Combine(Folder, "compare.sbatch"));
        Assert.AreEqual(0, code, errors);
    }

    [TestMethod]
    public void KubernetesJob_ItsCommand_IsParsedAndFitsTheCompletions()
    {
        string job = File.ReadAllText(Path.Combine(Folder, "compare-job.yaml")).ReplaceLineEndings("\n");
        string[] command = [.. Item().Matches(Items().Match(job).Groups[1].Value).Select(item => item.Groups[1].Value)];
        Assert.AreEqual("wcord", command[0]);
        CheckTasks(command[1..], Number(Completions().Match(job)));
    }

    private static void CheckTasks(string[] arguments, int tasks)
    {
        ParseResult parsed = CommandLine.Parse(arguments);
        Assert.IsEmpty(parsed.Errors, string.Join(' ', arguments));
        Assert.AreEqual("compare", parsed.CommandResult.Command.Name);
        Assert.AreEqual(tasks, parsed.GetValue<int?>("--tasks"));
    }

    private static int Number(Match match) => int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^#\s+sbatch compare\.sbatch (.*)$", RegexOptions.Multiline)]
    private static partial Regex Submitted();

    [GeneratedRegex(@"^srun .* wcord (compare .*?) \|\|", RegexOptions.Multiline)]
    private static partial Regex Started();

    [GeneratedRegex(@"^#SBATCH --array=0-([0-9]+)$", RegexOptions.Multiline)]
    private static partial Regex Array();

    [GeneratedRegex(@"^ +command:\n((?: +- .*\n)+)", RegexOptions.Multiline)]
    private static partial Regex Items();

    [GeneratedRegex(@"^ +- ""?(.*?)""?$", RegexOptions.Multiline)]
    private static partial Regex Item();

    [GeneratedRegex(@"^ +completions: ([0-9]+)$", RegexOptions.Multiline)]
    private static partial Regex Completions();
}
