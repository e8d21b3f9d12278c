using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace WCoRD.MLNet;

/// <summary>What several ranks that read the same rows must find alike: all labels, and the values of some rows that each of them reads.</summary>
/// <param name="ranks">The ranks.</param>
internal sealed class RowProbe(RankGroup ranks) : IDisposable
{
    private const int First = 8;
    private const int Every = 997;
    private readonly IncrementalHash _values = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>Whether every rank reads a row.</summary>
    public static bool Has(long row) => row < First || row % Every == 0;

    /// <summary>Takes the values of such a row.</summary>
    public void Add(ReadOnlySpan<byte> values) => _values.AppendData(values);

    /// <summary>Compares what was found.</summary>
    /// <param name="labels">The labels of all rows.</param>
    /// <exception cref="InvalidOperationException">A rank has read other rows.</exception>
    /// <exception cref="ArgumentException">There are fewer rows than ranks.</exception>
    public void Check(long[] labels)
    {
        ranks.CheckAlike(new Dictionary<string, string>
        {
            ["the number of rows"] = Invariant($"{labels.Length}"),
            ["the SHA-256 of the labels"] = Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes(labels.AsSpan()))),
            [Invariant($"the SHA-256 of rows 0 to {First - 1} and each {Every}th")] = Convert.ToHexStringLower(_values.GetHashAndReset()),
        });
        if (labels.Length < ranks.Size)
        {
            throw new ArgumentException(Invariant($"The data has {labels.Length} rows for {ranks.Size} ranks, of which each reads its share: ")
                + "expected at least one for each. Start fewer processes, or check any filter before this stage.");
        }
    }

    public void Dispose() => _values.Dispose();
}
