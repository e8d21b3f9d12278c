namespace WCoRD.MLNet.Cli.Studies;

/// <summary>What one run of a study measured; a JSON file in the study's folder.</summary>
/// <param name="Settings">What the run was asked to do; another asking is another run.</param>
/// <param name="Method">How the student learned.</param>
/// <param name="Pair">Teacher and student.</param>
/// <param name="Seed">The seed.</param>
/// <param name="Accuracy">Top-1 % on the test rows after every epoch, without those of a first phase.</param>
/// <param name="Top5">Top-5 % after the last epoch.</param>
/// <param name="MillisecondsPerStep">The median over epochs of the time for a step.</param>
/// <param name="Minutes">The time for all epochs.</param>
/// <param name="PeakMegabytes">The most memory that the process held.</param>
internal sealed record RunResult(
    string Settings,
    string Method,
    string Pair,
    int Seed,
    double[] Accuracy,
    double Top5,
    double MillisecondsPerStep,
    double Minutes,
    double PeakMegabytes)
{
    /// <summary>After the last epoch.</summary>
    public double Last => Accuracy[^1];

    /// <summary>
    /// Of the best epoch, which only the test rows tell: comparable with others' best, not with a model that was chosen without them.
    /// </summary>
    public double Best => Accuracy.Max();

    public void Save(string path) => ResultFile.Save(path, this);

    /// <summary>Loads a run's result; null: it is not there yet.</summary>
    /// <exception cref="CommandException">The file is no result, or was asked for by other settings.</exception>
    public static RunResult? LoadIfThere(string path, string settings) =>
        ResultFile.LoadIfThere<RunResult>(path, settings, result => result.Settings, "comparison", "compare");
}
