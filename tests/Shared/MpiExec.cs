using System.Diagnostics;

namespace WCoRD.MLNet.Tests;

/// <summary>Starts programs by MPICH's own launcher: another's would make worlds of one process each.</summary>
internal static class MpiExec
{
    private static readonly string[] Names = ["mpiexec.mpich", "mpiexec.hydra"];

    /// <summary>The launcher; the test is skipped where there is none.</summary>
    public static string Require()
    {
        string? found = Names.FirstOrDefault(IsThere);
        if (found is null)
        {
            Assert.Inconclusive($"No MPICH found ({string.Join(", ", Names)}; Debian: apt-get install mpich): install it to train in several processes.");
        }

        return found;
    }

    /// <summary>Runs an assembly in several processes of one thread each, which must end well.</summary>
    /// <returns>What they printed.</returns>
    public static string Run(int ranks, string assembly, params string[] arguments)
    {
        (int exitCode, string output, string error) = ChildProcess.Run(
            Require(), ["-n", Invariant($"{ranks}"), "dotnet", assembly, .. arguments], new() { ["OMP_NUM_THREADS"] = "1" });
        Assert.AreEqual(0, exitCode, output + error);
        return output;
    }

    private static bool IsThere(string name)
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(name, "--version") { RedirectStandardOutput = true })!;
            process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
