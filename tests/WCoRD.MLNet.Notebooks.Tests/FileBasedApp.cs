using System.Text;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace WCoRD.MLNet.Tests;

/// <summary>Writes a notebook as a program for <c>dotnet run</c>: text becomes comments, what a cell shows is printed, types come last.</summary>
internal static class FileBasedApp
{
    private static readonly CSharpParseOptions Script = new(kind: Microsoft.CodeAnalysis.SourceCodeKind.Script);

    /// <param name="notebook">The notebook.</param>
    /// <param name="name">Its file name, for the program's first line.</param>
    public static string Of(Notebook notebook, string name)
    {
        SortedSet<string> usings = new(StringComparer.Ordinal);
        List<string> types = [];
        var body = new StringBuilder();
        foreach (NotebookCell cell in notebook.Cells)
        {
            string part = cell.IsCode ? Statements(PackageDirectives.Without(cell.Source), usings, types) : Comment(cell.Source);
            if (part.Length > 0)
            {
                body.Append('\n').Append(part).Append('\n');
            }
        }

        string[] packages =
        [
            .. notebook.Cells.Where(cell => cell.IsCode).SelectMany(cell => PackageDirectives.In(cell.Source)).Select(package => package.Name)
                .Where(package => package != "WCoRD.MLNet").Distinct().Select(package => $"#:package {package}\n"),
        ];
        // What a notebook has done in its kernel, the program's build does.
        string repair = packages.Contains("#:package Microsoft.ML.TorchSharp\n") ? "\n#:property WcordRepairMicrosoftMLTorchSharp=true" : "";
        return $"""
            // Made from {name} by this repository's tests, which WCORD_UPDATE=1 lets write it again. Run it with: dotnet run notebooks/{Path.ChangeExtension(name, ".cs")}
            // On a Linux older than Debian 13 or Ubuntu 24.04 run `. eng/env.sh` in the same shell first: TorchSharp needs a newer libstdc++ than that system's.
            #:project ../src/WCoRD.MLNet/WCoRD.MLNet.csproj
            {string.Concat(packages)}#:property PublishAot=false{repair}

            {string.Join('\n', usings)}
            {body}
            """.ReplaceLineEndings("\n") + string.Concat(types.Select(type => $"\n{type}\n"));
    }

    private static string Comment(string text) => string.Join('\n', text.Split('\n').Select(line => $"// {line}".TrimEnd()));

    private static string Statements(string source, SortedSet<string> usings, List<string> types)
    {
        CompilationUnitSyntax root = SyntaxFactory.ParseCompilationUnit(source, options: Script);
        usings.UnionWith(root.Usings.Select(line => line.ToString()));
        types.AddRange(root.Members.OfType<BaseTypeDeclarationSyntax>().Select(type => type.ToFullString().Trim()));
        var text = new StringBuilder();
        foreach (MemberDeclarationSyntax member in root.Members.Where(member => member is not BaseTypeDeclarationSyntax))
        {
            bool shown = member is GlobalStatementSyntax { Statement: ExpressionStatementSyntax { SemicolonToken.IsMissing: true } };
            text.Append(shown ? $"{member.GetLeadingTrivia()}Console.WriteLine({member.ToString().TrimEnd()});" : member.ToFullString());
        }

        return text.ToString().Trim('\n', ' ');
    }
}
