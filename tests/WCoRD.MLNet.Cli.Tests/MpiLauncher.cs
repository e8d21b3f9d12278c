namespace WCoRD.MLNet.Tests;

/// <summary>MPICH's <c>mpiexec</c>, where it is.</summary>
internal static class MpiLauncher
{
    /// <summary>Debian's name where Open MPI may be there as well.</summary>
    public const string Program = "mpiexec.mpich";

    /// <summary>Skips the test where there is none.</summary>
    public static void Require()
    {
        if (!IsThere(Program))
        {
            Assert.Inconclusive($"No {Program} is there (Debian: apt-get install mpich).");
        }
    }

    /// <summary>Runs <c>wcord</c> in several processes of one thread each.</summary>
    public static (int ExitCode, string Output, string Errors) Run(int ranks, params string[] arguments) => ChildProcess.Run(
        Program,
        ["-n", Invariant($"{ranks}"), "dotnet", Path.Combine(AppContext.BaseDirectory, "wcord.dll"), .. arguments],
        new Dictionary<string, string>(Tool.UnderOddCulture) { ["OMP_NUM_THREADS"] = "1" });

    /// <summary>Whether a program is on the path.</summary>
    public static bool IsThere(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, program)));
}
