using System.Diagnostics;
using System.Globalization;

namespace WCoRD.MLNet.Tests;

/// <summary>Processes that go on while a test looks at them; what Linux's /proc says of them.</summary>
internal static class RunningProcess
{
    private const string Zombie = "Z";

    /// <summary>The processes that a process started and that have not ended.</summary>
    public static IEnumerable<int> ChildrenOf(int parent) => Directory.GetDirectories("/proc")
        .Select(folder => int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out int id) ? id : 0)
        .Where(id => id > 0 && Read(id) is { } process && process.Parent == parent && process.State != Zombie);

    /// <summary>Whether a process runs: one that has ended but that nobody has asked after does not.</summary>
    public static bool IsRunning(int id) => Read(id) is { } process && process.State != Zombie;

    /// <summary>Waits until a condition holds or the process has ended, for a minute at most, and looks as often as it can.</summary>
    public static void WaitUntil(Process process, Func<bool> condition)
    {
        var clock = Stopwatch.StartNew();
        while (!condition() && !process.HasExited)
        {
            Assert.IsLessThan(60, clock.Elapsed.TotalSeconds, "The process does nothing.");
            Thread.Yield();
        }
    }

    /// <summary>Reads away what a process prints and nobody reads: it must not wait for a reader.</summary>
    public static void Silence(Process process)
    {
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    private static (string State, int Parent)? Read(int id)
    {
        try
        {
            // "id (name) state parent ...", where the name may hold spaces and brackets.
            string text = File.ReadAllText(Invariant($"/proc/{id}/stat"));
            string[] fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
            return (fields[0], int.Parse(fields[1], CultureInfo.InvariantCulture));
        }
        catch (IOException)
        {
            return null;
        }
    }
}
