using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>
/// One file for a whole training: safetensors, whose header also holds the position as JSON and a checksum of everything.
/// </summary>
/// <remarks>
/// Header texts: <c>wcord_checkpoint</c> (the version), <c>position</c> (JSON), <c>sha256</c> (of the position, and of every tensor's name,
/// shape and bytes in order of the names).
/// </remarks>
internal static class CheckpointFile
{
    private const string VersionText = "wcord_checkpoint";
    private const string PositionText = "position";
    private const string ChecksumText = "sha256";
    private const string Version = "1";
    private static readonly JsonSerializerOptions Json = new()
    {
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        RespectRequiredConstructorParameters = true,
    };

    public static void Write(Stream stream, TrainingPosition position, IReadOnlyDictionary<string, Tensor> tensors)
    {
        string json = JsonSerializer.Serialize(position, Json);
        var texts = new Dictionary<string, string>
        {
            [VersionText] = Version,
            [PositionText] = json,
            [ChecksumText] = Checksum(json, tensors),
        };
        Safetensors.Write(stream, tensors.Select(item => (item.Key, item.Value)), texts);
    }

    /// <exception cref="FormatException">The file is truncated, damaged or of another version.</exception>
    public static Checkpoint Read(string path)
    {
        using FileStream stream = File.OpenRead(path);
        return Read(stream, path);
    }

    /// <exception cref="FormatException">The content is truncated, damaged or of another version.</exception>
    public static Checkpoint Read(Stream stream, string path)
    {
        IReadOnlyDictionary<string, Tensor> tensors = Safetensors.Read(stream, path, out IReadOnlyDictionary<string, string> texts);
        try
        {
            string? version = texts.GetValueOrDefault(VersionText);
            if (version != Version)
            {
                throw Fault(
                    path,
                    version is null ? "it is no checkpoint of this library" : $"its version is '{version}', expected '{Version}'");
            }

            string json = texts.GetValueOrDefault(PositionText, "");
            return texts.GetValueOrDefault(ChecksumText) == Checksum(json, tensors)
                ? new Checkpoint(
                    path,
                    JsonSerializer.Deserialize<TrainingPosition>(json, Json) ?? throw Fault(path, "its position is null"),
                    tensors)
                : throw Fault(path, "its checksum is not that of its content");
        }
        catch (Exception exception)
        {
            foreach (Tensor tensor in tensors.Values)
            {
                tensor.Dispose();
            }

            throw exception is JsonException ? Fault(path, $"its position is no valid JSON ({exception.Message})") : exception;
        }
    }

    private static string Checksum(string position, IReadOnlyDictionary<string, Tensor> tensors)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(position));
        foreach ((string name, Tensor value) in tensors.OrderBy(item => item.Key, StringComparer.Ordinal))
        {
            using var scope = NewDisposeScope();
            hash.AppendData(Encoding.UTF8.GetBytes($"{name} {value.dtype} {InvariantText.Join(",", value.shape)}\n"));
            hash.AppendData(value.detach().cpu().contiguous().bytes);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static FormatException Fault(string path, string what) =>
        new($"'{path}' cannot be resumed from: {what}. "
            + "Delete it, so that the checkpoint before it is taken, or begin anew in another folder.");
}
