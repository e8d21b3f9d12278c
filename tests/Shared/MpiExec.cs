namespace WCoRD.MLNet.Tests;

/// <summary>Starts programs by MPICH's own launcher: another's would make worlds of one process each.</summary>
internal static class MpiExec
{
    // Debian's name, where Open MPI may be there as well; and that of MPICH's own builds.
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
        (int exitCode, string output, string error) = TryRun(ranks, assembly, arguments);
        Assert.AreEqual(0, exitCode, output + error);
        return output;
    }

    /// <summary>The same, however they end.</summary>
    public static (int ExitCode, string Output, string Error) TryRun(int ranks, string assembly, params string[] arguments) =>
        ChildProcess.Run(Require(), ["-n", Invariant($"{ranks}"), "dotnet", assembly, .. arguments], new() { ["OMP_NUM_THREADS"] = "1" });

    /// <summary>Whether a program is on the path.</summary>
    public static bool IsThere(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, program)));
}
