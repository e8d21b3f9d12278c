using System.Diagnostics;

namespace WCoRD.MLNet.Tests;

/// <summary>Runs a program of this repository as a process of its own.</summary>
internal static class ChildProcess
{
    /// <summary>The built assembly of another project, in the configuration these tests were built in.</summary>
    public static string AssemblyOf(string projectFolder, string assembly)
    {
        string[] parts = Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory).Split(Path.DirectorySeparatorChar);
        string root = string.Join(Path.DirectorySeparatorChar, parts[..^5]);
        return Path.Combine([root, projectFolder, .. parts[^3..], assembly]);
    }

    public static (int ExitCode, string Output, string Error) Run(string file, params string[] arguments)
    {
        var start = new ProcessStartInfo(file, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.Result);
    }
}
