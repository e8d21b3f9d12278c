using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace WCoRD.MLNet.Tests;

/// <summary>The folders of the library use each other as <c>docs/architecture.md</c> says, and only downwards.</summary>
[TestClass]
public sealed partial class ArchitectureTests
{
    private const string Project = "src/WCoRD.MLNet";
    private static readonly Lazy<CSharpCompilation> Library = new(() => SourceCode.Compile(SourceCode.Read(Project)));

    [TestMethod]
    public void Page_Table_UsesOnlyWhatStandsAbove()
    {
        List<string> above = [];
        foreach ((string folder, string[] uses) in Table())
        {
            Assert.IsEmpty(uses.Except(above), $"{folder} uses a folder that does not stand above it in the table");
            above.Add(folder);
        }
    }

    [TestMethod]
    public void Source_Arrows_AreThoseOfThePage()
    {
        var expected = Table().SelectMany(row => row.Uses.Select(used => $"{row.Folder} -> {used}"));
        ILookup<string, string> found = Arrows(Library.Value).ToLookup(arrow => arrow.Arrow, arrow => arrow.Example);
        string[] tooMany = [.. found.Where(arrow => !expected.Contains(arrow.Key)).Select(arrow => $"{arrow.Key}: {string.Join("; ", arrow.Distinct().Take(3))}")];
        Assert.IsEmpty(tooMany, $"not in the page's table:\n{string.Join('\n', tooMany)}");
        string[] tooFew = [.. expected.Except(found.Select(arrow => arrow.Key))];
        Assert.IsEmpty(tooFew, $"in the page's table, and nowhere in the source: {string.Join(", ", tooFew)}");
    }

    [TestMethod]
    public void Page_Folders_AreThoseOfTheSource()
    {
        string[] folders = [.. Directory.GetDirectories(Path.Combine(RepositoryFolder.Root, Project)).Select(Path.GetFileName).OfType<string>().Where(name => name is not ("bin" or "obj"))];
        CollectionAssert.AreEquivalent(folders, Table().Select(row => row.Folder).ToArray());
    }

    [TestMethod]
    public void Source_Types_EachInOneFolder()
    {
        string[] scattered = [.. Types(Library.Value)
            .Where(type => type.DeclaringSyntaxReferences.Select(part => Folder(part.SyntaxTree)).Distinct().Count() > 1)
            .Select(type => type.Name)];
        Assert.IsEmpty(scattered, "partial types over several folders are arrows that no using shows");
    }

    [TestMethod]
    public void Arrows_OfASnippet_AreFound()
    {
        CSharpCompilation two = SourceCode.Compile(
        [
            SourceCode.Parse("namespace N; class Low { public static int Count => 1; }", Path.Combine(RepositoryFolder.Root, Project, "A", "Low.cs")),
            SourceCode.Parse("namespace N; class High { int Of(int x) => x + Low.Count; }", Path.Combine(RepositoryFolder.Root, Project, "B", "High.cs")),
        ]);
        CollectionAssert.AreEqual(new[] { "B -> A" }, Arrows(two).Select(arrow => arrow.Arrow).Distinct().ToArray());
    }

    private static IEnumerable<(string Arrow, string Example)> Arrows(CSharpCompilation compilation)
    {
        foreach (SyntaxTree tree in compilation.SyntaxTrees.Where(tree => tree.FilePath.Length > 0))
        {
            SemanticModel model = compilation.GetSemanticModel(tree);
            string own = Folder(tree);
            foreach (SimpleNameSyntax name in tree.GetRoot().DescendantNodes().OfType<SimpleNameSyntax>())
            {
                ISymbol? symbol = model.GetSymbolInfo(name).Symbol;
                INamedTypeSymbol? type = symbol as INamedTypeSymbol ?? symbol?.ContainingType;
                if (type?.OriginalDefinition.DeclaringSyntaxReferences.FirstOrDefault()?.SyntaxTree is { FilePath.Length: > 0 } declared && Folder(declared) is var used && used != own)
                {
                    yield return ($"{own} -> {used}", $"{type.Name} in {Path.GetFileName(tree.FilePath)}");
                }
            }
        }
    }

    private static IEnumerable<INamedTypeSymbol> Types(CSharpCompilation compilation) =>
        compilation.GetSymbolsWithName(_ => true, SymbolFilter.Type).OfType<INamedTypeSymbol>();

    private static string Folder(SyntaxTree tree) => tree.FilePath.Length == 0 ? "" : Path.GetRelativePath(Path.Combine(RepositoryFolder.Root, Project), tree.FilePath).Split(Path.DirectorySeparatorChar)[0];

    private static (string Folder, string[] Uses)[] Table()
    {
        string page = File.ReadAllText(Path.Combine(RepositoryFolder.Root, "docs", "architecture.md"));
        (string, string[])[] rows = [.. Row().Matches(page).Select(row => (row.Groups[1].Value, Name().Matches(row.Groups[2].Value).Select(name => name.Groups[1].Value).ToArray()))];
        Assert.IsGreaterThan(10, rows.Length);
        return rows;
    }

    [GeneratedRegex(@"^\| `(\w+)/` \|[^|]*\|([^|]*)\|$", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex(@"`(\w+)`")]
    private static partial Regex Name();
}
