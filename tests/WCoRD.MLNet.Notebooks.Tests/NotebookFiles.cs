namespace WCoRD.MLNet.Tests;

/// <summary>The notebooks of this repository. With <c>WCORD_UPDATE=1</c> the tests write what they would otherwise compare.</summary>
internal static class NotebookFiles
{
    public static bool Update => Environment.GetEnvironmentVariable("WCORD_UPDATE") == "1";

    public static string Folder { get; } = Path.Combine(RepositoryFolder.Root, "notebooks");

    /// <summary>Their file names.</summary>
    public static IEnumerable<string> Names => Directory.GetFiles(Folder, "*.ipynb").Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal);

    public static string PathOf(string name) => Path.Combine(Folder, name);

    /// <summary>Checks a file line by line, so that a failure shows what differs and not two whole files.</summary>
    public static void AssertHolds(string name, string expected)
    {
        string[] lines = File.ReadAllText(PathOf(name)).Split('\n'), right = expected.Split('\n');
        int same = lines.AsSpan().CommonPrefixLength(right);
        Assert.AreEqual(right.ElementAtOrDefault(same), lines.ElementAtOrDefault(same), $"{name}, line {same + 1}: tests run with WCORD_UPDATE=1 write it again.");
    }

    public static Notebook Read(string name) => Notebook.Parse(File.ReadAllText(PathOf(name)));
}
