using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed class CultureSensitiveTextTests
{
    [TestMethod]
    [DataRow("src/WCoRD.MLNet", 150)]
    [DataRow("src/WCoRD.MLNet.Cli", 40)]
    public void Source_OfLibraryAndTool_MakesNoTextByTheCulture(string project, int atLeast)
    {
        SyntaxTree[] trees = SourceCode.Read(project);
        Assert.IsGreaterThanOrEqualTo(atLeast, trees.Length);
        string[] found = [.. Find(trees)];
        Assert.IsEmpty(found, $"write Invariant($\"...\") or InvariantText.Join:\n{string.Join('\n', found)}");
    }

    [TestMethod]
    [DataRow("$\"{number}\"")]
    [DataRow("$\"{whole}\"")]
    [DataRow("$\"{maybe:F1}\"")]
    [DataRow("$\"{when}\"")]
    [DataRow("$\"{anything}\"")]
    [DataRow("$\"{pair}\"")]
    [DataRow("$\"{new Point(1)}\"")]
    [DataRow("Invariant($\"{$\"{number}\"}\")")]
    [DataRow("string.Join(\", \", numbers)")]
    [DataRow("string.Join(\", \", numbers.Where(one => one > 0))")]
    [DataRow("string.Concat(numbers)")]
    [DataRow("\"x\" + number")]
    [DataRow("whole?.ToString()")]
    [DataRow("new StringBuilder().Append(number).ToString()")]
    [DataRow("Write(() => Console.WriteLine(number))")]
    public void Find_TextByTheCulture_IsFound(string expression) => Assert.HasCount(1, Find([Snippet(expression)]), expression);

    [TestMethod]
    [DataRow("Invariant($\"{number}\")")]
    [DataRow("$\"{text} {flag} {letter}\"")]
    [DataRow("string.Create(System.Globalization.CultureInfo.InvariantCulture, $\"{number}\")")]
    [DataRow("$\"{Invariant($\"{number}\")}\"")]
    [DataRow("string.Join(\", \", numbers.Select(one => Invariant($\"{one}\")))")]
    [DataRow("\"x\" + text")]
    [DataRow("Write(() => new BinaryWriter(Stream.Null).Write(number))")]
    public void Find_TextOfNoCulture_IsNotFound(string expression) => Assert.IsEmpty(Find([Snippet(expression)]), expression);

    private static SyntaxTree Snippet(string expression) => SourceCode.Parse(
        $$"""
        record Point(double X);
        class Snippet
        {
            string Write(Action action) => "";
            string Text(double number, int? whole, double? maybe, DateTime when, object anything, (int, string) pair, double[] numbers, string text, bool flag, char letter) => {{expression}};
        }
        """);

    private static string[] Find(SyntaxTree[] trees)
    {
        CSharpCompilation compilation = SourceCode.Compile(trees);
        return [.. trees.SelectMany(tree => new CultureSensitiveText(compilation.GetSemanticModel(tree)).Find().Select(node => $"{node.GetLocation().GetLineSpan()}: {node}"))];
    }
}
