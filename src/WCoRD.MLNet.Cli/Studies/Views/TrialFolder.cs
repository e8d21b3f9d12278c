using System.Text.Json;
using WCoRD.MLNet.Cli.Models;

namespace WCoRD.MLNet.Cli.Studies.Views;

/// <summary>Where an experiment keeps the result and, until it is there, the checkpoints of each trial: called again, it goes on.</summary>
/// <param name="folder">The folder.</param>
/// <param name="settings">What all trials share; another asking is another experiment.</param>
internal sealed class TrialFolder(StudyFolder folder, string settings)
{
    private static readonly JsonSerializerOptions Format = new() { WriteIndented = true };

    /// <summary>Runs a trial, or takes what an earlier call measured.</summary>
    /// <exception cref="CommandException">What is there is of another experiment, or no result.</exception>
    public Accuracy Run(Trial trial, int seed)
    {
        string name = NameOf(trial, seed), path = folder.File(name + ".json");
        if (Load(path) is { } kept)
        {
            return kept;
        }

        Accuracy measured = trial.Run(seed);
        folder.Create();
        WholeFile.Write(path, stream => JsonSerializer.Serialize(stream, new Kept(settings, measured), Format));
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

    private Accuracy? Load(string path)
    {
        try
        {
            Kept? kept = File.Exists(path) ? JsonSerializer.Deserialize<Kept>(File.ReadAllText(path), Format) : null;
            return kept is null || kept.Settings == settings
                ? kept?.Accuracy
                : throw new CommandException(
                    $"'{path}' is of another experiment ({kept.Settings}; now {settings}): name another folder, or remove it.");
        }
        catch (JsonException fault)
        {
            throw new CommandException($"'{path}' is no result of 'wcord experiment' ({fault.Message}): remove it to repeat the trial.");
        }
    }

    private static string NameOf(Trial trial, int seed) => Slug(Invariant($"{trial.Sees} {trial.Method} {seed}"));

    private static string Slug(string text) =>
        string.Join('-', text.Split(
            [.. text.Where(letter => !char.IsAsciiLetterOrDigit(letter) && letter != '+').Distinct()],
            StringSplitOptions.RemoveEmptyEntries));

    private sealed record Kept(string Settings, Accuracy Accuracy);
}
