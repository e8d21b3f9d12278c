using System.Runtime.InteropServices;

namespace WCoRD.MLNet;

/// <summary>Makes the C library keep what tensors free, for the next tensors.</summary>
/// <remarks>
/// glibc asks the system for every block above 128 KiB anew and gives it back when it is freed: each step then pays for thousands of page
/// faults,
/// on virtual machines more than for the arithmetic. Blocks up to 32 MiB, the most that glibc allows, now come from its heap, of which up
/// to 512 MiB of free memory is kept.
/// </remarks>
internal static class FreedMemory
{
    // The parameters' numbers in malloc.h.
    private const int TrimThreshold = -1;
    private const int MapThreshold = -3;

    /// <summary>Does so for the whole process; where the C library is another, nothing.</summary>
    public static void Keep()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        try
        {
            _ = SetOption(MapThreshold, 32 << 20);
            _ = SetOption(TrimThreshold, 512 << 20);
        }
        catch (Exception fault) when (fault is DllNotFoundException or EntryPointNotFoundException)
        {
            // Not glibc: it has its own ways.
        }
    }

    [DllImport("libc.so.6", EntryPoint = "mallopt")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetOption(int parameter, int value);
}
