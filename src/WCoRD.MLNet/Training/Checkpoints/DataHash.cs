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
    private const int Chunk = 1024;
    private const int Size = SHA256.HashSizeInBytes;

    /// <summary>Computes it: of each row by itself, and of these in order, so that it is the same whoever has read which.</summary>
    /// <param name="values">All that was read here of the rows.</param>
    /// <param name="labels">The labels of all rows.</param>
    /// <param name="ranks">Those that have read the other rows; null: all are here.</param>
    public static DataHash Of(IReadOnlyList<Tensor> values, long[] labels, RankGroup? ranks = null)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (Tensor value in values)
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{value.dtype} {InvariantText.Join(",", value.shape[1..])}\n"));
            byte[] own = OfEachRow(value);
            hash.AppendData(ranks is null ? own : InOrder(ranks.Exchange(own), labels.Length));
        }

        string ofRows = Text(hash.GetCurrentHash());
        hash.AppendData(MemoryMarshal.AsBytes(labels.AsSpan()));
        return new DataHash(ofRows, Text(hash.GetHashAndReset()));

        string Text(byte[] found) => Invariant($"{labels.Length} rows, SHA-256 {Convert.ToHexStringLower(found)}");
    }

    private static byte[] OfEachRow(Tensor values)
    {
        int rows = (int)values.shape[0];
        byte[] found = new byte[checked(rows * Size)];

        // In pieces: all rows may be more than one array holds.
        for (int from = 0; from < rows; from += Chunk)
        {
            int count = Math.Min(Chunk, rows - from);
            using Tensor chunk = values.narrow(0, from, count);
            Span<byte> bytes = chunk.bytes;
            int rowBytes = bytes.Length / count;
            for (int row = 0; row < count; row++)
            {
                _ = SHA256.HashData(bytes.Slice(row * rowBytes, rowBytes), found.AsSpan((from + row) * Size));
            }
        }

        return found;
    }

    private static byte[] InOrder(byte[][] ofRanks, int rows)
    {
        byte[] all = new byte[checked(rows * Size)];
        for (int row = 0; row < rows; row++)
        {
            ofRanks[row % ofRanks.Length].AsSpan(row / ofRanks.Length * Size, Size).CopyTo(all.AsSpan(row * Size));
        }

        return all;
    }
}
