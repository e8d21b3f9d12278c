using System.ComponentModel;

namespace WCoRD.MLNet.Tests;

/// <summary>A Python that has some modules; tests without one are skipped.</summary>
/// <param name="Program">The program.</param>
internal sealed record Python(string Program)
{
    // Debian's own Python has Debian's packages, another Python before it on the path may not.
    private static readonly Python[] Known = [new("python3"), new("/usr/bin/python3")];

    public static Python With(params string[] modules)
    {
        string import = string.Join("; ", modules.Select(module => $"import {module}"));
        Python? found = Known.FirstOrDefault(python => python.Run(import).ExitCode == 0);
        if (found is null)
        {
            Assert.Inconclusive($"No Python 3 with {string.Join(", ", modules)} is there.");
        }

        return found!;
    }

    /// <summary>Runs code in the current folder.</summary>
    public (int ExitCode, string Output, string Errors) Run(string code, params string[] arguments)
    {
        try
        {
            return ChildProcess.Run(Program, ["-c", code, .. arguments]);
        }
        catch (Win32Exception missing)
        {
            return (-1, "", missing.Message);
        }
    }
}
