using System.CommandLine;
using System.CommandLine.Help;
using WCoRD.MLNet.Cli.Commands;

namespace WCoRD.MLNet.Tests;

/// <summary>The help of every command, as it stands in <c>Commands/Help</c>: a change of it shows in review.</summary>
[TestClass]
public sealed class HelpTests
{
    private static readonly string Folder = Path.Combine(RepositoryFolder.Root, "tests", "WCoRD.MLNet.Cli.Tests", "Commands", "Help");

    public static IEnumerable<string> Commands => PathsOf(CommandLine.Root, "wcord");

    [TestMethod]
    [DynamicData(nameof(Commands))]
    public void Command_Help_IsTheOneOfTheRepository(string command)
    {
        string expected = Path.Combine(Folder, command.Replace(' ', '-') + ".txt"), found = HelpOf(command);
        if (Environment.GetEnvironmentVariable("WCORD_UPDATE") == "1")
        {
            Directory.CreateDirectory(Folder);
            File.WriteAllText(expected, found);
        }

        Assert.IsTrue(File.Exists(expected), $"'{command}' is new: run this test with WCORD_UPDATE=1 and commit the file.");
        Assert.AreEqual(File.ReadAllText(expected).ReplaceLineEndings("\n"), found, $"The help of '{command}' has changed: run this test with WCORD_UPDATE=1 and commit the file.");
    }

    [TestMethod]
    public void Folder_Listed_HoldsNoOtherCommand() =>
        CollectionAssert.AreEquivalent(Commands.Select(command => command.Replace(' ', '-')).ToArray(), Directory.GetFiles(Folder).Select(Path.GetFileNameWithoutExtension).ToArray());

    [TestMethod]
    public void Root_EveryCommand_StandsInOneGroup() =>
        CollectionAssert.AreEquivalent(CommandLine.Root.Subcommands.Select(command => command.Name).ToArray(), ToolHelp.Grouped.ToArray());

    private static string HelpOf(string command)
    {
        // Not as wide as the terminal that the tests run in.
        ((ToolHelp)CommandLine.Root.Options.OfType<HelpOption>().Single().Action!).OfCommand.MaxWidth = int.MaxValue;
        using var output = new StringWriter { NewLine = "\n" };
        Assert.AreEqual(0, CommandLine.Parse([.. command.Split(' ')[1..], "--help"]).Invoke(new InvocationConfiguration { Output = output }));
        // The program that runs is the tests'; what layout fills lines up with says nothing.
        IEnumerable<string> lines = output.ToString().Replace($"  {CommandLine.Root.Name}", "  wcord", StringComparison.Ordinal).ReplaceLineEndings("\n").Split('\n').Select(line => line.TrimEnd());
        return string.Join('\n', lines).TrimEnd() + "\n";
    }

    private static IEnumerable<string> PathsOf(Command command, string path) => command.Subcommands.Aggregate(Enumerable.Repeat(path, 1), (paths, next) => paths.Concat(PathsOf(next, $"{path} {next.Name}")));
}
