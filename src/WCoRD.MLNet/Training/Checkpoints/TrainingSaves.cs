using System.Diagnostics;
using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>When and where a training is saved, and what it goes on from.</summary>
internal sealed class TrainingSaves : IDisposable
{
    // Null: another rank writes.
    private readonly CheckpointFolder? _folder;
    private readonly double _minutes;
    private long _saved = Stopwatch.GetTimestamp();

    private TrainingSaves(CheckpointFolder? folder, double minutes, Checkpoint? resumed) =>
        (_folder, _minutes, Resumed) = (folder, minutes, resumed);

    /// <summary>What identifies the run.</summary>
    public IReadOnlyDictionary<string, string> Run { get; private set; } = new Dictionary<string, string>();

    /// <summary>The checkpoint to go on from; null: the training begins.</summary>
    public Checkpoint? Resumed { get; }

    /// <summary>The newest checkpoint's file; null: none.</summary>
    public string? Newest => _folder?.Newest;

    /// <summary>Whether the next checkpoint within an epoch is due.</summary>
    public bool IsDue => _folder is not null && Stopwatch.GetElapsedTime(_saved).TotalMinutes >= _minutes;

    /// <summary>Opens the folder of the options, of several ranks the first one's; null: there is none.</summary>
    /// <exception cref="InvalidOperationException">It holds another training, which is never mixed with this one nor
    /// overwritten.</exception>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="FormatException">It holds checkpoints, none of which can be read.</exception>
    public static TrainingSaves? Open(TrainingOptions options, TrainingChannel channel)
    {
        if (channel.Ranks is not { } ranks)
        {
            return OpenFolder(options, channel);
        }

        // Only the first rank need have the file.
        TrainingSaves? ofFirst = null;
        byte[] resumed = ranks.Broadcast(() =>
        {
            ofFirst = OpenFolder(options, channel);
            return ofFirst?.Resumed is { } checkpoint ? File.ReadAllBytes(checkpoint.Path) : [];
        });
        if (ranks.IsFirst || resumed.Length == 0)
        {
            return ofFirst;
        }

        using var stream = new MemoryStream(resumed, writable: false);
        return new TrainingSaves(folder: null, options.CheckpointMinutes, CheckpointFile.Read(stream, "the first rank's checkpoint"));
    }

    /// <summary>Says which run is saved, and compares it with the one to go on from.</summary>
    /// <exception cref="InvalidOperationException">That was another run; the message lists what differs.</exception>
    public void Identify(IReadOnlyDictionary<string, string> run, Action<string> say)
    {
        Run = run;
        if (Resumed is { } checkpoint)
        {
            RunIdentity.Check(checkpoint.Position, checkpoint.Path, run);
            say(Invariant($"goes on from '{checkpoint.Path}': epoch {checkpoint.Position.Epoch}, after step {checkpoint.Position.Step}"));
        }
    }

    /// <returns>The file written; null: another rank writes.</returns>
    public string? Save(TrainingPosition position, Func<IReadOnlyDictionary<string, Tensor>> tensors)
    {
        string? path = _folder?.Save(position, tensors());
        _saved = Stopwatch.GetTimestamp();
        return path;
    }

    public void Dispose() => Resumed?.Dispose();

    private static TrainingSaves? OpenFolder(TrainingOptions options, TrainingChannel channel)
    {
        if (options.CheckpointFolder is not { } path)
        {
            return null;
        }

        var folder = new CheckpointFolder(path);
        return options.Resume || folder.Newest is not { } newest
            ? new TrainingSaves(folder, options.CheckpointMinutes, folder.ReadNewest(channel.Warn))
            : throw new InvalidOperationException(
                $"CheckpointFolder holds '{newest}' of an earlier training: set Resume to go on from it, or name another folder.");
    }
}
