using System.Diagnostics;
using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>When and where a training is saved, and what it goes on from.</summary>
/// <param name="folder">The folder of checkpoints.</param>
/// <param name="minutes">How long after a checkpoint the next is due within an epoch.</param>
/// <param name="run">What identifies the run.</param>
/// <param name="resumed">The checkpoint to go on from, which stays its owner's; null: the training begins.</param>
internal sealed class TrainingSaves(CheckpointFolder folder, double minutes, IReadOnlyDictionary<string, string> run, Checkpoint? resumed)
{
    private long _saved = Stopwatch.GetTimestamp();

    public IReadOnlyDictionary<string, string> Run => run;

    public Checkpoint? Resumed => resumed;

    /// <summary>The newest checkpoint's file; null: none.</summary>
    public string? Newest => folder.Newest;

    public bool IsDue => Stopwatch.GetElapsedTime(_saved).TotalMinutes >= minutes;

    /// <returns>The file written.</returns>
    public string Save(TrainingPosition position, IReadOnlyDictionary<string, Tensor> tensors)
    {
        string path = folder.Save(position, tensors);
        _saved = Stopwatch.GetTimestamp();
        return path;
    }
}
