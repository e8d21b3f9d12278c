using System.Globalization;
using System.Text;

namespace WCoRD.MLNet.Cli.Studies;

/// <summary>The results of a comparison as text.</summary>
internal static class ComparisonTable
{
    private static readonly string[] Columns =
    [
        "method", "seeds", "top-1 %, last epoch", "top-1 %, best epoch", "top-5 %", "ms a step", "peak MB",
    ];

    /// <summary>One line for each run.</summary>
    public static string ToCsv(IEnumerable<RunResult> results)
    {
        var text = new StringBuilder("pair,method,seed,last_top1,best_top1,last_top5,ms_per_step,minutes,peak_mb\n");
        foreach (RunResult result in results)
        {
            text.Append(CultureInfo.InvariantCulture, $"{result.Pair},{result.Method},{result.Seed},{result.Last},{result.Best},")
                .Append(
                    CultureInfo.InvariantCulture, $"{result.Top5},{result.MillisecondsPerStep},{result.Minutes},{result.PeakMegabytes}\n");
        }

        return text.ToString();
    }

    /// <summary>A table for each pair, one line for each method, the best last epoch first.</summary>
    /// <param name="results">The results.</param>
    /// <param name="besidePaper">Whether the published numbers stand beside.</param>
    public static string ToMarkdown(IEnumerable<RunResult> results, bool besidePaper) =>
        string.Join('\n', results.GroupBy(result => result.Pair).Select(pair =>
    {
        PublishedNumbers.Column? published = besidePaper ? PublishedNumbers.Of(pair.Key) : null;
        var table = new MarkdownTable([.. Columns, .. published is null ? Array.Empty<string>() : ["published, 240 epochs"]]);
        foreach (RunResult[] runs in pair.GroupBy(result => result.Method)
            .Select(group => group.ToArray())
            .OrderByDescending(runs => runs.Average(run => run.Last)))
        {
            table.Add([.. Cells(runs), .. published is null ? Array.Empty<string>() : [published.Value(runs[0].Method)]]);
        }

        return $"{pair.Key}:\n\n{table}";
    }));

    private static string[] Cells(RunResult[] runs) =>
    [
        runs[0].Method,
        Invariant($"{runs.Length}"),
        Spread.Of([.. runs.Select(run => run.Last)]).ToString(),
        Spread.Of([.. runs.Select(run => run.Best)]).ToString(),
        Invariant($"{runs.Average(run => run.Top5):F2}"),
        Invariant($"{runs.Average(run => run.MillisecondsPerStep):F1}"),
        Invariant($"{runs.Max(run => run.PeakMegabytes):F0}"),
    ];
}
