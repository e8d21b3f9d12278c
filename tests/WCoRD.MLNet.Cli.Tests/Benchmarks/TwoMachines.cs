using System.Diagnostics;

namespace WCoRD.MLNet.Tests;

/// <summary>Two network namespaces of this process's own with a link between them, in each of which MPI starts a rank as on another machine.</summary>
internal sealed class TwoMachines : IDisposable
{
    private const string Device = "wire";

    // Exit codes of timeout.
    private const int TimedOut = 124;
    private const int Killed = 137;
    private static int _count;
    private readonly string _folder = Directory.CreateTempSubdirectory("wcord-machines").FullName;
    private readonly string[] _names;
    private readonly Process? _delay;

    /// <param name="megabits">The bandwidth of each way, Mbit/s; null: what the machine gives.</param>
    /// <param name="microseconds">How late every packet comes; 0: as it comes.</param>
    public TwoMachines(int? megabits, int microseconds)
    {
        string prefix = Invariant($"wcord-{Environment.ProcessId}-{Interlocked.Increment(ref _count)}");
        _names = [$"{prefix}-a", $"{prefix}-b"];
        try
        {
            foreach (string name in _names)
            {
                Run("ip", "netns", "add", name);
                Run("ip", "-n", name, "link", "set", "lo", "up");
            }

            if (microseconds == 0)
            {
                Run("ip", "link", "add", Device, "netns", _names[0], "type", "veth", "peer", "name", Device, "netns", _names[1]);
            }
            else
            {
                _delay = Delay(microseconds);
            }

            foreach ((int i, string name) in _names.Index())
            {
                Run("ip", "-n", name, "address", "add", $"{Address(i)}/24", "dev", Device);
                Run("ip", "-n", name, "link", "set", Device, "up");
                if (megabits is { } most)
                {
                    // As long a queue as TCP fills: nothing is lost.
                    string[] limit = ["root", "tbf", "rate", Invariant($"{most}mbit"), "burst", "64kb", "latency", "500ms"];
                    Run("ip", ["netns", "exec", name, "tc", "qdisc", "add", "dev", Device, .. limit]);
                }
            }

            // A link that was switched on is up a little later.
            Assert.IsTrue(SpinWait.SpinUntil(() => Array.TrueForAll(_names, IsUp), TimeSpan.FromSeconds(10)), "The link does not come up.");

            // What mpiexec calls for a rank on another machine, as ssh: [-x] HOST COMMAND.
            File.WriteAllText(Launcher, $"#!/bin/sh\n[ \"$1\" != -x ] || shift\nshift\nexec ip netns exec {_names[1]} sh -c \"$*\"\n");
            Run("chmod", "+x", Launcher);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    private string Launcher => Path.Combine(_folder, "launch.sh");

    /// <summary>Skips the test where there is nothing to make two machines of.</summary>
    public static void Require()
    {
        _ = MpiExec.Require();
        string[] missing = [.. new[] { "ip", "tc", "python3" }.Where(program => !MpiExec.IsThere(program))];
        if (missing.Length > 0)
        {
            Assert.Inconclusive($"Needs {string.Join(", ", missing)}, which are not there (Debian: iproute2, python3).");
        }

        if (!File.Exists("/dev/net/tun"))
        {
            Assert.Inconclusive("Needs /dev/net/tun, by which packets are made late.");
        }

        try
        {
            new TwoMachines(megabits: 1000, microseconds: 0).Dispose();
        }
        catch (AssertFailedException refused)
        {
            Assert.Inconclusive($"Needs root, network namespaces and tc's tbf: {refused.Message}");
        }
    }

    /// <summary>Runs <c>wcord</c> on both, one rank of one thread each.</summary>
    /// <returns>What it printed.</returns>
    /// <remarks>
    /// Once in some runs over TCP, MPICH 4.0 does not come back from MPI_Finalize (its pull request 6596): what was printed before is whole.
    /// </remarks>
    public string Run(params string[] arguments)
    {
        string[] command =
        [
            "-k", "1", "60", "ip", "netns", "exec", _names[0],
            MpiExec.Require(), "-launcher", "ssh", "-launcher-exec", Launcher, "-iface", Device,
            "-hosts", $"{Address(0)},{Address(1)}", "-ppn", "1", "-n", "2", "-env", "OMP_NUM_THREADS", "1",
            // By TCP over this link, as between machines, and without asking first whether a long message may come (docs/cluster.md).
            "-env", "UCX_TLS", "tcp,self", "-env", "UCX_NET_DEVICES", Device, "-env", "UCX_RNDV_THRESH", "inf",
            "dotnet", Path.Combine(AppContext.BaseDirectory, "wcord.dll"), .. arguments,
        ];
        (int code, string output, string errors) = ChildProcess.Run("timeout", command);
        Assert.IsTrue(code == 0 || (code is TimedOut or Killed && output.Length > 0), $"{string.Join(' ', command)}\nended with {code}\n{output}{errors}");
        return output;
    }

    public void Dispose()
    {
        if (_delay is not null)
        {
            _delay.StandardInput.Close();
            _delay.WaitForExit();
            _delay.Dispose();
        }

        foreach (string name in _names.Where(name => File.Exists($"/run/netns/{name}")))
        {
            Run("ip", "netns", "delete", name);
        }

        Directory.Delete(_folder, recursive: true);
    }

    private static bool IsUp(string machine) =>
        Run("ip", "-n", machine, "link", "show", "dev", Device) is var text && (text.Contains("state UP") || text.Contains("state UNKNOWN"));

    private static string Address(int machine) => Invariant($"10.77.0.{machine + 1}");

    private static string Run(string program, params string[] arguments)
    {
        (int code, string output, string errors) = ChildProcess.Run(program, arguments);
        Assert.AreEqual(0, code, $"{program} {string.Join(' ', arguments)}\n{output}{errors}");
        return output;
    }

    private Process Delay(int microseconds)
    {
        string script = Path.Combine(RepositoryFolder.Root, "tests", "WCoRD.MLNet.Cli.Tests", "Benchmarks", "delayed-link.py");
        Process delay = Process.Start(new ProcessStartInfo("python3", [script, .. _names, Device, Invariant($"{microseconds}")])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        Assert.AreEqual("ready", delay.StandardOutput.ReadLine());
        return delay;
    }
}
