using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>What tells the rows that were read from others.</summary>
/// <param name="Rows">Of their values alone.</param>
/// <param name="Labelled">Of their values and labels.</param>
internal sealed record DataHash(string Rows, string Labelled)
{
    private const long Chunk = 1024;

    /// <summary>Computes it.</summary>
    /// <param name="values">All that was read of the rows.</param>
    /// <param name="labels">The labels read.</param>
    public static DataHash Of(IReadOnlyList<Tensor> values, long[] labels)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (Tensor value in values)
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{value.dtype} {InvariantText.Join(",", value.shape)}\n"));
            // In pieces: all rows may be more than one array holds.
            for (long from = 0; from < value.shape[0]; from += Chunk)
            {
                using Tensor rows = value.narrow(0, from, Math.Min(Chunk, value.shape[0] - from));
                hash.AppendData(rows.bytes);
            }
        }

        string ofRows = Text(hash.GetCurrentHash());
        hash.AppendData(MemoryMarshal.AsBytes(labels.AsSpan()));
        return new DataHash(ofRows, Text(hash.GetHashAndReset()));

        string Text(byte[] found) => Invariant($"{labels.Length} rows, SHA-256 {Convert.ToHexStringLower(found)}");
    }
}
