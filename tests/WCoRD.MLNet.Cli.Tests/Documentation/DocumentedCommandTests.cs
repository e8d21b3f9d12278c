using System.CommandLine;
using System.Text.RegularExpressions;
using WCoRD.MLNet.Cli.Commands;

namespace WCoRD.MLNet.Tests;

/// <summary>Whatever the documents tell a reader to type, the tool parses.</summary>
[TestClass]
public sealed partial class DocumentedCommandTests
{
    private static readonly string[] Places = ["", "data", "docs", "docs/decisions", "docs/deploy", "eng/package", "notebooks"];
    private static readonly string[] Kinds = [".md", ".ipynb", ".cs"];

    /// <summary>All that stands in documents for several words: METHOD in the README's table, TEACHER in the text of docs/results.md, CRITIC in the table of docs/decisions/critic.md.</summary>
    private static readonly Dictionary<string, string[]> Placeholders = new()
    {
        ["METHOD"] = ["--method none", "--method crd", "--method wcord --critic InfoNce --negatives 0", "--method wcord+kd --soft-target-weight 1"],
        ["CRITIC"] = ["--critic Nce --seed 1", "--critic Dual --global-weight 8 --seed 1", "--critic InfoNce --seed-bank --seed 2"],
        ["TEACHER20"] = ["--teacher cifar100_resnet20.safetensors --teacher-normalization 0.5070,0.4865,0.4409/0.2673,0.2564,0.2761"],
        ["TEACHER"] = ["--teacher cifar100_resnet56.safetensors --teacher-normalization 0.5070,0.4865,0.4409/0.2673,0.2564,0.2761 --teacher-precision BFloat16"],
    };

    public static IEnumerable<string> Documents => Places
        .SelectMany(place => Directory.GetFiles(Path.Combine(RepositoryFolder.Root, place)))
        .Where(file => Kinds.Contains(Path.GetExtension(file)) && Begun().IsMatch(TextOf(file)))
        .Select(file => Path.GetRelativePath(RepositoryFolder.Root, file))
        .Order(StringComparer.Ordinal);

    [TestMethod]
    [DynamicData(nameof(Documents))]
    public void Commands_OfADocument_AreParsed(string document)
    {
        string text = TextOf(Path.Combine(RepositoryFolder.Root, document));
        DocumentedCommand[] commands = [.. DocumentedCommand.In(text)];
        Assert.IsGreaterThanOrEqualTo(Begun().Count(text), commands.Length, "a command line was not found");
        foreach (DocumentedCommand command in commands)
        {
            foreach (string[] arguments in command.Arguments(Placeholders))
            {
                string[] errors = [.. CommandLine.Parse(arguments).Errors.Select(error => error.Message).Where(message => !(command.IsPartial && Missing().IsMatch(message)))];
                Assert.IsEmpty(errors, $"{document}: {command.Text}\n{string.Join(' ', arguments)}\n{string.Join('\n', errors)}");
            }
        }
    }

    [TestMethod]
    public void Documents_ThatShowCommands_AreFound() =>
        CollectionAssert.IsSubsetOf(new[] { "CHANGELOG.md", "README.md", "data/README.md", "docs/deploy/browser.md", "docs/how-to.md", "docs/results.md", "docs/troubleshooting.md", "eng/package/README.md", "notebooks/03-compare-distillers.ipynb" }, Documents.ToArray());

    [TestMethod]
    [DataRow("    wcord info a.zip   # what it is", "info a.zip")]
    [DataRow("wcord data sample a | data info b", "data sample a; data info b")]
    [DataRow("wcord teach --data D \\\n    --out x.zip", "teach --data D --out x.zip")]
    [DataRow("wcord distill ... --method at|sp METHOD", "distill --method at --a 1; distill --method sp --b")]
    [DataRow("as `wcord bench step|data` says, and `wcord` alone", "bench step; bench data")]
    [DataRow("what wcord bench says", "")]
    public void In_CommandsInADocument_AreFoundAndSpread(string document, string expected) => Assert.AreEqual(
        expected,
        string.Join("; ", DocumentedCommand.In(document).SelectMany(command => command.Arguments(new Dictionary<string, string[]> { ["METHOD"] = ["--a 1", "--b"] })).Select(words => string.Join(' ', words))));

    [TestMethod]
    [DataRow("wcord distill --out x.zip --methods at")]
    [DataRow("`wcord bench rows`")]
    [DataRow("wcord distill ... --method magic")]
    [DataRow("wcord teach --data D")]
    public void Commands_ThatAreWrong_HaveErrors(string document)
    {
        DocumentedCommand command = DocumentedCommand.In(document).Single();
        ParseResult parsed = CommandLine.Parse(command.Arguments(Placeholders).Single());
        Assert.Contains(error => !(command.IsPartial && Missing().IsMatch(error.Message)), parsed.Errors);
    }

    // A notebook's text is JSON; its lines are.
    private static string TextOf(string file) => Path.GetExtension(file) == ".ipynb"
        ? string.Join('\n', Notebook.Parse(File.ReadAllText(file)).Cells.Select(cell => cell.Source))
        : File.ReadAllText(file);

    [GeneratedRegex(@"(^\s*|`)wcord [a-z]", RegexOptions.Multiline)]
    private static partial Regex Begun();

    [GeneratedRegex("required|no folder is named|Required argument missing", RegexOptions.IgnoreCase)]
    private static partial Regex Missing();
}
