using System.Globalization;

namespace WCoRD.MLNet.Tests;

/// <summary>What Linux's /proc says of processes.</summary>
internal static class RunningProcess
{
    private const string Zombie = "Z";

    /// <summary>The processes that a process started and that have not ended.</summary>
    public static IEnumerable<int> ChildrenOf(int parent) => Directory.GetDirectories("/proc")
        .Select(folder => int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out int id) ? id : 0)
        .Where(id => id > 0 && Read(id) is { } process && process.Parent == parent && process.State != Zombie);

    /// <summary>Whether a process runs: one that has ended but that nobody has asked after does not.</summary>
    public static bool IsRunning(int id) => Read(id) is { } process && process.State != Zombie;

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
