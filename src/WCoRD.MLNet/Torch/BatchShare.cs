using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>What one of several ranks computes of a batch: examples that lie together, as many as the others' or one more.</summary>
/// <param name="Total">The examples of the batch.</param>
/// <param name="Rank">The rank.</param>
/// <param name="Size">The number of ranks.</param>
internal readonly record struct BatchShare(int Total, int Rank, int Size)
{
    /// <summary>Where its examples begin.</summary>
    public int From => StartOf(Rank);

    /// <summary>The number of its examples: none, where the batch has fewer than there are ranks.</summary>
    public int Count => StartOf(Rank + 1) - From;

    /// <summary>The most examples that a rank has.</summary>
    public int Most => (Total + Size - 1) / Size;

    /// <summary>The example to begin computing at. A rank that has none computes one that does not count: it takes part in what all do.</summary>
    public int FirstComputed => Math.Min(From, Total - 1);

    /// <summary>The number of examples that it computes.</summary>
    public int Computed => Math.Max(Count, 1);

    /// <summary>The share of another rank.</summary>
    public BatchShare Of(int rank) => this with { Rank = rank };

    /// <summary>What it computes of something that all examples have.</summary>
    /// <param name="values"><c>[batch, ...]</c>.</param>
    public Tensor Of(Tensor values) => values.narrow(0, FirstComputed, Computed);

    /// <summary>The same of an array.</summary>
    public T[] Of<T>(T[] values) => values[FirstComputed..(FirstComputed + Computed)];

    private int StartOf(int rank) => (int)((long)Total * rank / Size);
}
