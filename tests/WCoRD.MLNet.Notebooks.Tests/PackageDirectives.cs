using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace WCoRD.MLNet.Tests;

/// <summary>The kernel's directives in a cell: <c>#r "nuget: name, version"</c> and <c>#i "nuget: folder"</c>. Programs know none.</summary>
internal static partial class PackageDirectives
{
    /// <summary>The line that a reader enables to take a package of his own.</summary>
    public const string FolderLine = "//#i \"nuget:/absolute/path/of/FOLDER\"";

    private const string Library = "WCoRD.MLNet";
    private static readonly Dictionary<string, string> Versions = ReadVersions();

    /// <summary>The packages that a text names.</summary>
    public static IEnumerable<(string Name, string Version)> In(string source) =>
        Package().Matches(source).Select(match => (match.Groups["name"].Value, match.Groups["version"].Value));

    /// <summary>The text without its directives, line for line.</summary>
    public static string Without(string source) => Directive().Replace(source, "");

    /// <summary>The text with the folder's line enabled, and the version of the library that is there.</summary>
    public static string FromFolder(string source, string folder, string version) => source
        .Replace(FolderLine, $"#i \"nuget:{folder}\"", StringComparison.Ordinal)
        .Replace($"\"nuget: {Library}, {Versions[Library]}\"", $"\"nuget: {Library}, {version}\"", StringComparison.Ordinal);

    /// <summary>Checks that packages are those of this repository.</summary>
    /// <exception cref="ScriptFailure">One is unknown, or has another version.</exception>
    public static void Check(string source, string place)
    {
        foreach ((string name, string version) in In(source))
        {
            string known = Versions.GetValueOrDefault(name) ?? throw new ScriptFailure(place, $"package {name} is unknown to this repository.");
            if (version != known)
            {
                throw new ScriptFailure(place, $"names {name} {version}: this repository has {known}.");
            }
        }
    }

    private static Dictionary<string, string> ReadVersions()
    {
        Dictionary<string, string> versions = XDocument.Load(Path.Combine(RepositoryFolder.Root, "Directory.Packages.props"))
            .Descendants("PackageVersion")
            .ToDictionary(package => package.Attribute("Include")!.Value, package => package.Attribute("Version")!.Value);
        versions[Library] = XDocument.Load(Path.Combine(RepositoryFolder.Root, "Directory.Build.props")).Descendants("Version").Single().Value;
        return versions;
    }

    [GeneratedRegex("""^#r\s+"nuget:\s*(?<name>[\w.-]+)\s*(,\s*(?<version>[^"\s]+))?\s*"\s*$""", RegexOptions.Multiline)]
    private static partial Regex Package();

    [GeneratedRegex("""^#[ri]\s+"nuget:.*$""", RegexOptions.Multiline)]
    private static partial Regex Directive();
}
