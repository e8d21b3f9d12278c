namespace WCoRD.MLNet.Tests;

/// <summary>The reference values: the folder named by <c>WCORD_GOLDEN</c>, else <c>ReferenceValues</c> beside the tests.</summary>
internal static class ReferenceFolder
{
    /// <summary>The folder; it need not exist.</summary>
    public static string Path
    {
        get
        {
            string? folder = Environment.GetEnvironmentVariable("WCORD_GOLDEN");
            return string.IsNullOrEmpty(folder) ? System.IO.Path.Combine(AppContext.BaseDirectory, "ReferenceValues") : folder;
        }
    }

    /// <summary>The folder's files of one kind, sorted by name.</summary>
    /// <param name="pattern">For example <c>network-*.json</c>.</param>
    public static IEnumerable<string> Files(string pattern) => Directory.GetFiles(Path, pattern).Order(StringComparer.Ordinal);
}
