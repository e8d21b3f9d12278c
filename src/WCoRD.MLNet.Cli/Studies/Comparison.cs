namespace WCoRD.MLNet.Cli.Studies;

/// <summary>Methods x pairs x seeds on one schedule, and what they measured so far.</summary>
/// <param name="study">What the runs share.</param>
/// <param name="folder">Where everything is kept.</param>
/// <param name="runs">The runs.</param>
/// <param name="besidePaper">Whether the published numbers stand in the table.</param>
internal sealed class Comparison(Study study, StudyFolder folder, StudyRun[] runs, bool besidePaper)
{
    private readonly Lock _trained = new();

    /// <summary>The names of the runs that have no result yet.</summary>
    public string[] Missing => [.. runs.Where(run => folder.ResultOf(run, study) is null).Select(run => run.Name)];

    public RunResult[] Results => [.. runs.Select(run => folder.ResultOf(run, study)).OfType<RunResult>()];

    /// <summary>Trains the runs that are not there yet.</summary>
    /// <param name="atOnce">How many at a time.</param>
    /// <param name="train">Trains one.</param>
    /// <param name="trained">Called after every run, so that a long comparison can be read while it goes on.</param>
    /// <param name="cancellationToken">Stops; what is done is kept.</param>
    public async Task TrainAsync(
        int atOnce, Func<StudyRun, CancellationToken, Task> train, Action trained, CancellationToken cancellationToken)
    {
        folder.Create();
        StudyRun[] missing = [.. runs.Where(run => folder.ResultOf(run, study) is null)];
        Console.Error.WriteLine(Invariant($"{runs.Length} runs, {runs.Length - missing.Length} done before"));
        await Parallel.ForEachAsync(
            missing, new ParallelOptions { MaxDegreeOfParallelism = atOnce, CancellationToken = cancellationToken }, async (run, stop) =>
            {
                await train(run, stop);
                lock (_trained)
                {
                    trained();
                }
            });
    }

    /// <summary>Writes table and picture, and gives the table.</summary>
    public string Report()
    {
        RunResult[] results = Results;
        string table = ComparisonTable.ToMarkdown(results, besidePaper);
        if (results.Length > 0)
        {
            folder.Write("results.csv", ComparisonTable.ToCsv(results));
            folder.Write("results.md", table);
            folder.Write("accuracy.svg", AccuracyCurves.Of(results).Svg);
        }

        return table;
    }
}
