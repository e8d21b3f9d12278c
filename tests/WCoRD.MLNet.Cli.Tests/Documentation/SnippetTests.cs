using System.Text.RegularExpressions;

namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed partial class SnippetTests
{
    // As docs/how-to.md says.
    private const string BeforeAnyInDocs = "using Microsoft.ML; using Microsoft.ML.Data; using WCoRD.MLNet; var mlContext = new MLContext(seed: 1);";
    // Its reader of captions has to learn, which takes more than the other snippets together; those of the guide are many.
    private const string Words = "words-teach-pictures.md";
    private static readonly string[] Places = ["", "data", "docs", "docs/deploy", "eng/package", "notebooks"];

    public static IEnumerable<string> Documents => Places
        .Select(place => Path.Combine(RepositoryFolder.Root, place))
        .SelectMany(folder => Directory.GetFiles(folder, "*.md"))
        .Where(path => Snippet.In(File.ReadAllText(path)).Any())
#if !MICROSOFT_ML_TORCHSHARP
        .Where(path => Path.GetFileName(path) != Words)
#endif
        .Select(path => Path.GetRelativePath(RepositoryFolder.Root, path))
        .Order(StringComparer.Ordinal);

    [TestMethod]
    [DynamicData(nameof(Documents))]
    public async Task Snippets_OfADocument_RunInOrder(string document)
    {
        LongTest.RequireUnless(isEveryday: Path.GetFileName(document) is not (Words or "how-to.md"));
        using var folder = new SnippetFolder();
#if MICROSOFT_ML_TORCHSHARP
        if (Path.GetFileName(document) == Words)
        {
            TextWeights.Write(new Microsoft.ML.MLContext { TempFilePath = Path.GetFullPath("weights") });
        }
#endif
        await RunAsync(await File.ReadAllTextAsync(Path.Combine(RepositoryFolder.Root, document)), document);
    }

    [TestMethod]
    public async Task Snippets_OneThatFails_IsNamedByDocumentAndLine()
    {
        ScriptFailure failure = await Assert.ThrowsExactlyAsync<ScriptFailure>(() => RunAsync("# Title\n\n```csharp\nint x = 1;\nx.Rise();\n```\n", "a.md"));
        StringAssert.StartsWith(failure.Message, "a.md, line 5: CS1061: 'int' does not contain a definition for 'Rise'");
    }

    /// <summary>Code as a script, which has no using declarations: its variables outlive the snippet.</summary>
    public static string AsScript(string code) => Using().Replace(code, "");

    private static async Task RunAsync(string text, string document)
    {
        var session = new ScriptSession();
        if (document.StartsWith("docs", StringComparison.Ordinal))
        {
            await session.RunAsync(BeforeAnyInDocs, document);
        }

        foreach (Snippet snippet in Snippet.In(text))
        {
            await session.RunAsync(AsScript(snippet.Code), document, snippet.Line);
        }

        foreach (IDisposable value in session.Values.OfType<IDisposable>())
        {
            value.Dispose();
        }
    }

    [GeneratedRegex(@"^using (?=\w+\?? \w+ = )", RegexOptions.Multiline)]
    private static partial Regex Using();
}
