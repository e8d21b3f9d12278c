using System.Diagnostics;

namespace WCoRD.MLNet.Cli.Models;

/// <summary>The memory of this process.</summary>
internal static class ProcessMemory
{
    /// <summary>The most that it held so far, in megabytes.</summary>
    public static double PeakMegabytes()
    {
        using var self = Process.GetCurrentProcess();
        return Math.Round(self.PeakWorkingSet64 / 1e6, 1);
    }
}
