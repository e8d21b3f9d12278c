namespace WCoRD.MLNet.Cli.Studies;

/// <summary>The picture of a comparison: test accuracy after every epoch, the mean over seeds, a line for each method.</summary>
internal static class AccuracyCurves
{
    public static Picture Of(IEnumerable<RunResult> results)
    {
        RunResult[][] lines =
        [
            .. results.GroupBy(result => (result.Pair, result.Method))
                .Select(group => group.ToArray())
                .OrderByDescending(runs => runs.Average(run => run.Last)),
        ];
        bool onePair = lines.Select(runs => runs[0].Pair).Distinct().Count() == 1;
        return Picture.AccuracyCurves(
            "Accuracy on the test rows",
            lines.Select(runs => KeyValuePair.Create(onePair ? runs[0].Method : $"{runs[0].Pair} {runs[0].Method}", Means(runs))));
    }

    // Results are in percent.
    private static IReadOnlyList<double> Means(RunResult[] runs) =>
        [.. Enumerable.Range(0, runs.Min(run => run.Accuracy.Length)).Select(epoch => runs.Average(run => run.Accuracy[epoch]) / 100)];
}
