using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace WCoRD.MLNet.Tests;

/// <summary>A project's source, read by the compiler, for tests of how it is written.</summary>
internal static class SourceCode
{
    private const string Usings = "global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq; global using System.Net.Http; global using System.Text;"
        + " global using System.Threading; global using System.Threading.Tasks; global using static System.FormattableString;";

    /// <summary>The files of a project.</summary>
    /// <param name="project">Its folder, from the repository's root.</param>
    public static SyntaxTree[] Read(string project)
    {
        string folder = Path.Combine(RepositoryFolder.Root, project);
        return [.. Directory.GetFiles(folder, "*.cs", SearchOption.AllDirectories)
            .Where(file => Path.GetRelativePath(folder, file).Split(Path.DirectorySeparatorChar)[0] is not ("obj" or "bin"))
            .Select(file => Parse(File.ReadAllText(file), file))];
    }

    public static SyntaxTree Parse(string source, string file = "") => CSharpSyntaxTree.ParseText(source, new CSharpParseOptions(LanguageVersion.Preview), file);

    /// <summary>Compiles against what these tests run with; what the compiler then makes of ML.NET's internals does not matter.</summary>
    public static CSharpCompilation Compile(SyntaxTree[] trees)
    {
        string[] assemblies = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator);
        return CSharpCompilation.Create(
            "Source",
            [.. trees, Parse(Usings)],
            assemblies.Select(assembly => MetadataReference.CreateFromFile(assembly)),
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));
    }
}
