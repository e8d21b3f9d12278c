using System.Diagnostics;
using System.Globalization;

namespace WCoRD.MLNet.Cli.Studies;

/// <summary>A run in a process of its own, so that its memory is its own. It ends when this process does, however this one ends.</summary>
internal static class RunProcess
{
    /// <summary>How this tool is started once more.</summary>
    /// <param name="arguments">Its command line.</param>
    public static ProcessStartInfo Start(IEnumerable<string> arguments)
    {
        string tool = Environment.ProcessPath!;
        string[] host = Path.GetFileNameWithoutExtension(tool) == "dotnet" ? [typeof(RunProcess).Assembly.Location] : [];
        return new ProcessStartInfo(tool, [.. host, .. arguments]);
    }

    /// <summary>Starts this tool once more and waits for it.</summary>
    /// <param name="arguments">Its command line.</param>
    /// <param name="run">The run's name, for messages.</param>
    /// <param name="atOnce">How many runs share the cores.</param>
    /// <param name="cancellationToken">Lets the run stop in order.</param>
    /// <exception cref="CommandException">The run failed.</exception>
    public static async Task RunAsync(IEnumerable<string> arguments, string run, int atOnce, CancellationToken cancellationToken)
    {
        ProcessStartInfo start = Start(arguments);
        start.RedirectStandardInput = true;
        // Runs that all use all cores would wait for each other.
        start.Environment.TryAdd(
            "OMP_NUM_THREADS", Math.Max(1, Environment.ProcessorCount / atOnce).ToString(CultureInfo.InvariantCulture));
        using Process process = Process.Start(start)!;
        // Asked by the end of its input, not killed, so that it saves a checkpoint first (see ParentWatch).
        using CancellationTokenRegistration stop = cancellationToken.Register(process.StandardInput.Close);
        await process.WaitForExitAsync(CancellationToken.None);
        cancellationToken.ThrowIfCancellationRequested();
        if (process.ExitCode != 0)
        {
            throw new CommandException(
                Invariant($"the run {run} ended with exit code {process.ExitCode}; its message stands above. ")
                    + "Finished runs are kept: called again, the comparison goes on.");
        }
    }
}
