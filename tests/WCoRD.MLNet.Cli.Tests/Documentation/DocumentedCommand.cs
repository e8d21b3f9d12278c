using System.Text.RegularExpressions;

namespace WCoRD.MLNet.Tests;

/// <summary>A command line of <c>wcord</c> in a document.</summary>
/// <param name="Text">As it is written, on one line.</param>
/// <param name="IsMention">Whether it stands in running text, where it need not be whole.</param>
internal sealed partial record DocumentedCommand(string Text, bool IsMention)
{
    private const string Tool = "wcord ";

    /// <summary>Whether options that the command requires may be missing: a mention, or <c>...</c> stands for them.</summary>
    public bool IsPartial => IsMention || Words().Contains("...");

    /// <summary>The command lines of a document: lines of code that begin with the tool's name, and inline code that does.</summary>
    public static IEnumerable<DocumentedCommand> In(string document)
    {
        // A line that ends with a backslash goes on.
        string joined = Continuation().Replace(document.ReplaceLineEndings("\n"), " ");
        foreach (string line in joined.Split('\n').Select(line => line.Trim()))
        {
            if (line.StartsWith(Tool, StringComparison.Ordinal))
            {
                // "wcord a | b": a blank on both sides divides commands, of which the first alone names the tool.
                foreach (string command in Comment().Replace(line, "").Split(" | "))
                {
                    yield return new DocumentedCommand(command.StartsWith(Tool, StringComparison.Ordinal) ? command : Tool + command, IsMention: false);
                }
            }

            foreach (Match code in InlineCode().Matches(line))
            {
                yield return new DocumentedCommand(code.Groups[1].Value, IsMention: true);
            }
        }
    }

    /// <summary>The arguments, once for every alternative of <c>a|b|c</c>.</summary>
    /// <param name="placeholders">What stands in place of words that stand for several.</param>
    public IEnumerable<string[]> Arguments(IReadOnlyDictionary<string, string[]> placeholders)
    {
        string[][] words = [.. Words().Skip(1).Where(word => word != "...").Select(word => placeholders.GetValueOrDefault(word) ?? word.Split('|'))];
        int most = words.Select(alternatives => alternatives.Length).DefaultIfEmpty(1).Max();
        return Enumerable.Range(0, most).Select(i => words.SelectMany(alternatives => alternatives[i % alternatives.Length].Split(' ', StringSplitOptions.RemoveEmptyEntries)).ToArray());
    }

    private string[] Words() => Text.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    [GeneratedRegex(@" *\\\n *")]
    private static partial Regex Continuation();

    [GeneratedRegex(@"\s+#.*")]
    private static partial Regex Comment();

    [GeneratedRegex(@"`(wcord [^`]+)`")]
    private static partial Regex InlineCode();
}
