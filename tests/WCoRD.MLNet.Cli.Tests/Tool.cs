using System.Diagnostics;
using WCoRD.MLNet.Cli.Commands;

namespace WCoRD.MLNet.Tests;

/// <summary>Runs <c>wcord</c> under the odd culture.</summary>
internal static class Tool
{
    /// <summary>Environment variables that let a .NET process begin by <see cref="StartupHook"/>.</summary>
    public static IReadOnlyDictionary<string, string> UnderOddCulture { get; } = new Dictionary<string, string> { ["DOTNET_STARTUP_HOOKS"] = typeof(Tool).Assembly.Location };

    /// <summary>The tool's assembly.</summary>
    public static string Assembly { get; } = Path.Combine(AppContext.BaseDirectory, "wcord.dll");

    /// <summary>Runs it as a process of its own.</summary>
    public static (int ExitCode, string Output, string Errors) Run(params IEnumerable<string> arguments) =>
        RepositoryFolder.Run("dotnet", [Assembly, .. arguments], UnderOddCulture);

    /// <summary>Starts it as a process of its own, whose output is to be read.</summary>
    public static Process Start(string[] arguments, IReadOnlyDictionary<string, string>? variables = null)
    {
        var start = new ProcessStartInfo("dotnet", [Assembly, .. arguments]) { RedirectStandardError = true, RedirectStandardOutput = true };
        foreach ((string name, string value) in variables ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }

    /// <summary>Runs it within this process, which is seconds faster, for what needs none of its own.</summary>
    public static async Task<(int ExitCode, string Output, string Errors)> RunHereAsync(params string[] arguments)
    {
        (TextWriter output, TextWriter errors) = (Console.Out, Console.Error);
        using StringWriter printed = new(), reported = new();
        Console.SetOut(printed);
        Console.SetError(reported);
        try
        {
            int exitCode = await CommandLine.RunAsync(arguments);
            return (exitCode, printed.ToString(), reported.ToString());
        }
        finally
        {
            Console.SetOut(output);
            Console.SetError(errors);
        }
    }
}
