using System.Text.RegularExpressions;

namespace WCoRD.MLNet.Tests;

/// <summary>First weights for Microsoft.ML.TorchSharp's trainers of text, which download them where no file is: ours are random, and made by the kernel that trains.</summary>
internal static partial class FirstWeights
{
    /// <summary>The line where a reader names the folder of his own.</summary>
    public const string Line = "string weights = \"\";";

    private static readonly string Writer = Namespace().Replace(
        File.ReadAllText(Path.Combine(RepositoryFolder.Root, "tests", "Shared", "MicrosoftMLTorchSharp", "TextWeights.cs")), "");

    /// <summary>A cell's text that writes weights into a folder and names it, where the cell asks for one.</summary>
    public static string In(string source, string folder) => source.Contains(Line, StringComparison.Ordinal)
        ? Writer + source.Replace(Line, $"string weights = @\"{folder}\";\nTextWeights.Write(new MLContext {{ TempFilePath = weights }});", StringComparison.Ordinal)
        : source;

    // A kernel knows none.
    [GeneratedRegex("^namespace .*;$", RegexOptions.Multiline)]
    private static partial Regex Namespace();
}
