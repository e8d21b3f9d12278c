using System.Diagnostics;

namespace WCoRD.MLNet.Tests;

/// <summary>A Slurm of one node on this machine, by <c>eng/slurm-one-node.sh</c>, in a folder of its own.</summary>
internal sealed class OneNodeSlurm : IDisposable
{
    private const string Script = "eng/slurm-one-node.sh";

    // Not one in a test's folder, which is closed to others: munged wants the way to its socket open to all.
    private readonly string _folder = Directory.CreateTempSubdirectory("wcord-slurm").FullName;
    private readonly Dictionary<string, string> _variables;

    /// <param name="programs">A folder with programs that jobs find.</param>
    public OneNodeSlurm(string programs)
    {
        _variables = new()
        {
            ["SLURM_CONF"] = Path.Combine(_folder, "slurm.conf"),
            ["PATH"] = $"{programs}:{Environment.GetEnvironmentVariable("PATH")}",
        };
        Run("bash", Script, "start", _folder);
    }

    /// <summary>Runs one of Slurm's commands.</summary>
    /// <returns>What it printed.</returns>
    public string Run(string program, params string[] arguments)
    {
        (int code, string output, string errors) = RepositoryFolder.Run(program, arguments, _variables);
        Assert.AreEqual(0, code, $"{program} {string.Join(' ', arguments)}\n{output}{errors}");
        return output.Trim();
    }

    /// <summary>Waits until a job has no task left that waits or runs.</summary>
    public void WaitForEnd(string job) => WaitUntil(() => Run("squeue", "--noheader", "--jobs", job) == "", $"Job {job} does not end.");

    public static void WaitUntil(Func<bool> condition, string otherwise)
    {
        var clock = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.IsLessThan(300, clock.Elapsed.TotalSeconds, otherwise);
            Thread.Sleep(100);
        }
    }

    public void Dispose()
    {
        Run("bash", Script, "stop", _folder);
        // Its daemons write until they have ended.
        WaitUntil(() => !File.Exists(Path.Combine(_folder, "slurmctld.pid")) && !File.Exists(Path.Combine(_folder, "slurmd.pid")), "Slurm does not end.");
        Directory.Delete(_folder, recursive: true);
    }
}
