using System.Globalization;
using System.Text;

namespace WCoRD.MLNet.Cli.Comparisons;

/// <summary>The results of a comparison as text.</summary>
internal static class ComparisonTable
{
    /// <summary>One line for each run.</summary>
    public static string ToCsv(IEnumerable<RunResult> results)
    {
        var text = new StringBuilder("pair,method,seed,last_top1,best_top1,last_top5,ms_per_step,minutes,peak_mb\n");
        foreach (RunResult result in results)
        {
            text.Append(CultureInfo.InvariantCulture, $"{result.Pair},{result.Method},{result.Seed},{result.Last},{result.Best},{result.Top5},{result.MillisecondsPerStep},{result.Minutes},{result.PeakMegabytes}\n");
        }

        return text.ToString();
    }

    /// <summary>A table for each pair, one line for each method, the best last epoch first.</summary>
    /// <param name="results">The results.</param>
    /// <param name="besidePaper">Whether the published numbers stand beside.</param>
    public static string ToMarkdown(IEnumerable<RunResult> results, bool besidePaper)
    {
        var text = new StringBuilder();
        foreach (IGrouping<string, RunResult> pair in results.GroupBy(result => result.Pair))
        {
            PublishedNumbers.Column? column = besidePaper ? PublishedNumbers.Of(pair.Key) : null;
            text.Append(CultureInfo.InvariantCulture, $"{(text.Length > 0 ? "\n" : "")}{pair.Key}:\n\n| method | seeds | top-1 %, last epoch | top-1 %, best epoch | top-5 % | ms a step | peak MB |{(column is null ? "" : " published, 240 epochs |")}\n");
            text.Append(CultureInfo.InvariantCulture, $"|---|---|---|---|---|---|---|{(column is null ? "" : "---|")}\n");
            foreach (RunResult[] runs in pair.GroupBy(result => result.Method).Select(group => group.ToArray()).OrderByDescending(runs => runs.Average(run => run.Last)))
            {
                text.Append(CultureInfo.InvariantCulture, $"| {runs[0].Method} | {runs.Length} | {Summary(runs, run => run.Last)} | {Summary(runs, run => run.Best)} | {runs.Average(run => run.Top5):F2} | {runs.Average(run => run.MillisecondsPerStep):F1} | {runs.Max(run => run.PeakMegabytes):F0} |{(column is null ? "" : $" {column.Value(runs[0].Method)} |")}\n");
            }
        }

        return text.ToString();
    }

    private static string Summary(RunResult[] runs, Func<RunResult, double> value)
    {
        double mean = runs.Average(value);
        double deviation = runs.Length == 1 ? 0 : Math.Sqrt(runs.Sum(run => Math.Pow(value(run) - mean, 2)) / (runs.Length - 1));
        return runs.Length == 1 ? mean.ToString("F2", CultureInfo.InvariantCulture) : Invariant($"{mean:F2} +- {deviation:F2}");
    }
}
