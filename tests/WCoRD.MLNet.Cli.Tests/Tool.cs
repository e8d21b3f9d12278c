namespace WCoRD.MLNet.Tests;

/// <summary>Runs <c>wcord</c> as a process of its own, under the odd culture.</summary>
internal static class Tool
{
    /// <summary>Environment variables that let a .NET process begin by <see cref="StartupHook"/>.</summary>
    public static IReadOnlyDictionary<string, string> UnderOddCulture { get; } = new Dictionary<string, string> { ["DOTNET_STARTUP_HOOKS"] = typeof(Tool).Assembly.Location };

    public static (int ExitCode, string Output, string Errors) Run(params IEnumerable<string> arguments) =>
        RepositoryFolder.Run("dotnet", [Path.Combine(AppContext.BaseDirectory, "wcord.dll"), .. arguments], UnderOddCulture);
}
