namespace WCoRD.MLNet.Tests;

/// <summary>The reference values: the folder named by <c>WCORD_GOLDEN</c>, else <c>ReferenceValues</c> beside the tests.</summary>
internal static class ReferenceFolder
{
    /// <summary>Whether it is the one beside the tests, which holds everything that is compared; another holds what it holds.</summary>
    public static bool IsOwn => string.IsNullOrEmpty(Environment.GetEnvironmentVariable("WCORD_GOLDEN"));

    /// <summary>The folder; it need not exist.</summary>
    public static string Path => IsOwn ? System.IO.Path.Combine(AppContext.BaseDirectory, "ReferenceValues") : Environment.GetEnvironmentVariable("WCORD_GOLDEN")!;

    /// <summary>The folder's files of one kind, sorted by name.</summary>
    /// <param name="pattern">For example <c>network-*.json</c>.</param>
    public static IEnumerable<string> Files(string pattern) => Directory.GetFiles(Path, pattern).Order(StringComparer.Ordinal);
}
