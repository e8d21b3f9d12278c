using System.Text.RegularExpressions;
using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>The checkpoints of one training: the last two are kept.</summary>
internal sealed partial class CheckpointFolder
{
    private const int Kept = 2;
    private const string Pattern = "checkpoint-*.safetensors*";
    private readonly string _folder;

    /// <summary>Opens or makes the folder and makes sure that it can be written, before anything costs time.</summary>
    /// <exception cref="IOException">It cannot be made or written.</exception>
    public CheckpointFolder(string folder)
    {
        _folder = Path.GetFullPath(folder);
        try
        {
            Directory.CreateDirectory(_folder);
            // What a killed process left half written.
            foreach (string file in Directory.GetFiles(_folder, Pattern).Where(file => !Name().IsMatch(Path.GetFileName(file))))
            {
                File.Delete(file);
            }

            string probe = Path.Combine(_folder, Path.GetRandomFileName());
            File.WriteAllBytes(probe, []);
            File.Delete(probe);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new IOException(
                $"CheckpointFolder is '{folder}', which cannot be written ({fault.Message}): name a folder that can.",
                fault);
        }
    }

    /// <summary>The newest file; null: none.</summary>
    public string? Newest => Files().FirstOrDefault();

    /// <summary>Reads the newest checkpoint that can be read.</summary>
    /// <param name="warn">Told of newer ones that cannot.</param>
    /// <returns>The checkpoint, which the caller owns; null where there is none.</returns>
    /// <exception cref="FormatException">There are some, and none can be read.</exception>
    public Checkpoint? ReadNewest(Action<string> warn)
    {
        FormatException? last = null;
        foreach (string file in Files())
        {
            try
            {
                return CheckpointFile.Read(file);
            }
            catch (FormatException fault)
            {
                warn(fault.Message);
                last = fault;
            }
        }

        return last is null ? null : throw last;
    }

    /// <summary>Writes a checkpoint and deletes all but the last two.</summary>
    /// <returns>The file.</returns>
    /// <exception cref="IOException">It cannot be written; the earlier ones stay.</exception>
    public string Save(TrainingPosition position, IReadOnlyDictionary<string, Tensor> tensors)
    {
        string path = Path.Combine(_folder, Invariant($"checkpoint-{position.Epoch:D5}-{position.Step:D7}.safetensors"));
        try
        {
            WholeFile.Write(path, stream => CheckpointFile.Write(stream, position, tensors));
            foreach (string old in Files().Skip(Kept).ToArray())
            {
                File.Delete(old);
            }

            return path;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            string kept = Newest is { } newest
                ? $"'{newest}' holds the training until then: make room and resume."
                : "No earlier one is there.";
            throw new IOException(
                Invariant($"Training stopped before epoch {position.Epoch}, step {position.Step + 1}: ")
                    + Invariant($"the checkpoint '{path}' could not be written ({fault.Message}). {kept}"),
                fault);
        }
    }

    // Names sort as the training goes.
    private IEnumerable<string> Files() =>
        Directory.EnumerateFiles(_folder, Pattern)
            .Where(file => Name().IsMatch(Path.GetFileName(file)))
            .OrderDescending(StringComparer.Ordinal);

    [GeneratedRegex(@"^checkpoint-\d{5,}-\d{7,}\.safetensors$", RegexOptions.CultureInvariant)]
    private static partial Regex Name();
}
