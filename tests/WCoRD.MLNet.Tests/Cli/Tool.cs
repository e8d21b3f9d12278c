namespace WCoRD.MLNet.Tests;

/// <summary>Runs <c>wcord</c> as a process of its own.</summary>
internal static class Tool
{
    public static (int ExitCode, string Output, string Errors) Run(params IEnumerable<string> arguments) =>
        RepositoryFolder.Run("dotnet", [Path.Combine(AppContext.BaseDirectory, "wcord.dll"), .. arguments]);
}
