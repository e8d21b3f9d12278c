using System.Diagnostics;
using Microsoft.ML;
using WCoRD.MLNet.Cli.Models;

namespace WCoRD.MLNet.Cli.Output;

/// <summary>Tells how far photographs are decoded, which takes longer than to read pixels.</summary>
internal sealed class ReadingProgress
{
    private static readonly TimeSpan ShowEvery = TimeSpan.FromMilliseconds(200);
    private long _begun;
    private long _shown;

    /// <summary>Shows a text in place of the one before; true at the last.</summary>
    public Action<string, bool>? Show { get; set; }

    /// <summary>The same rows, watched while somebody reads them from the first to the last.</summary>
    public IDataView Watch(IDataView rows)
    {
        long total = rows.GetRowCount() ?? 0;
        return new TakenRows(rows, row => Report(row + 1, total), total);
    }

    /// <summary>Shows progress on a terminal's stderr, on one line that is cleared at the end.</summary>
    public static IDataView WatchOnTerminal(IDataView rows, string verb)
    {
        if (Console.IsErrorRedirected)
        {
            return rows;
        }

        var progress = new ReadingProgress
        {
            Show = (text, isLast) => Console.Error.Write(isLast ? "\r\u001b[K" : $"\r\u001b[K{verb} {text}"),
        };
        return progress.Watch(rows);
    }

    private bool Report(long done, long total)
    {
        if (done == 1)
        {
            // A rate of the first few would say nothing.
            _begun = _shown = Stopwatch.GetTimestamp();
        }

        bool isLast = done == total;
        if (isLast || Stopwatch.GetElapsedTime(_shown) > ShowEvery)
        {
            _shown = Stopwatch.GetTimestamp();
            double seconds = Math.Max(1e-3, Stopwatch.GetElapsedTime(_begun).TotalSeconds);
            Show?.Invoke(Invariant($"{done} of {total} images, {done / seconds:F0} images/s"), isLast);
        }

        return true;
    }
}
