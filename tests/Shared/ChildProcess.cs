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

    public static (int ExitCode, string Output, string Error) Run(string file, params string[] arguments) => Run(file, arguments, []);

    /// <param name="file">The program.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="environment">What is other in its environment.</param>
    public static (int ExitCode, string Output, string Error) Run(string file, string[] arguments, Dictionary<string, string> environment)
    {
        var start = new ProcessStartInfo(file, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.Result);
    }
}
