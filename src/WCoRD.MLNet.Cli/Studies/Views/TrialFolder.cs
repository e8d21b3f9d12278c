using WCoRD.MLNet.Cli.Models;

namespace WCoRD.MLNet.Cli.Studies.Views;

/// <summary>Where an experiment keeps the result and, until it is there, the checkpoints of each trial: called again, it goes on.</summary>
/// <param name="folder">The folder.</param>
/// <param name="settings">What all trials share; another asking is another experiment.</param>
internal sealed class TrialFolder(StudyFolder folder, string settings)
{
    /// <summary>Runs a trial, or takes what an earlier call measured.</summary>
    /// <exception cref="CommandException">What is there is of another experiment, or no result.</exception>
    public Accuracy Run(Trial trial, int seed)
    {
        string path = folder.File(Slug(Invariant($"{trial.Sees} {trial.Method} {seed}")) + ".json");
        if (ResultFile.LoadIfThere<Kept>(path, settings, kept => kept.Settings, "experiment", "experiment") is { } kept)
        {
            return kept.Accuracy;
        }

        Accuracy measured = trial.Run(seed);
        folder.Create();
        ResultFile.Save(path, new Kept(settings, measured));
        return measured;
    }

    /// <summary>Lets a training go on from its checkpoints.</summary>
    /// <param name="options">Its options.</param>
    /// <param name="training">What is trained.</param>
    public void KeepCheckpoints(TrainingOptions options, string training) =>
        (options.CheckpointFolder, options.Resume) = (folder.CheckpointsOf(Slug(training)), true);

    /// <summary>Removes the checkpoints once all trials are measured: a teacher trained for several is needed until then.</summary>
    public void Forget()
    {
        if (Directory.Exists(folder.CheckpointsOf("")))
        {
            folder.Forget("");
        }
    }

    private static string Slug(string text) =>
        string.Join('-', text.Split(
            [.. text.Where(letter => !char.IsAsciiLetterOrDigit(letter) && letter != '+').Distinct()],
            StringSplitOptions.RemoveEmptyEntries));

    private sealed record Kept(string Settings, Accuracy Accuracy);
}
