using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>Draws negatives: for each example, rows of other classes, without replacement.</summary>
/// <remarks>
/// A partial Fisher-Yates shuffle of all rows per example, in which rows of the example's own class are passed over: every ordered choice
/// of K rows of other classes is equally likely. The rows' order is restored for each draw, so that a draw follows from its number alone
/// and a resumed training continues with the same negatives.
/// </remarks>
internal sealed class NegativeSampler
{
    /// <summary>CRD's number of negatives.</summary>
    public const int DefaultCount = 16384;

    private readonly long[] _labels;
    private readonly int[] _ascending;
    private readonly int[] _order;
    private readonly ulong _seed;

    /// <param name="labels">The class of every training row.</param>
    /// <param name="negatives">K; null: 16,384, or the rows of other classes of the largest class where they are fewer; 0: all, none is
    /// drawn.</param>
    /// <param name="seed">The seed of all draws.</param>
    /// <exception cref="ArgumentException">There are fewer than two classes, or fewer than K rows of other classes.</exception>
    public NegativeSampler(long[] labels, int? negatives, int seed)
    {
        _labels = labels;
        _ascending = [.. Enumerable.Range(0, labels.Length)];
        _order = [.. _ascending];
        _seed = Mix((ulong)seed);

        var largest = labels.Length == 0 ? 0 : labels.CountBy(label => label).Max(pair => pair.Value);
        var available = labels.Length - largest;
        if (available == 0)
        {
            throw new ArgumentException(
                Invariant($"The {labels.Length} training rows have fewer than two classes: ")
                    + "negatives come from rows of other classes. Give rows of at least two classes, or set GlobalWeight to 0.",
                nameof(labels));
        }

        Count = negatives ?? Math.Min(DefaultCount, available);
        if (Count < 0 || Count > available)
        {
            throw new ArgumentException(
                Invariant($"Negatives is {Count}: expected at most {available}, ")
                    + "the rows of other classes that an example of the largest class has. "
                    + "Give fewer, null for as many as CRD takes, or 0 for all.",
                nameof(negatives));
        }
    }

    /// <summary>K; 0: all rows of other classes, and nothing is drawn.</summary>
    public int Count { get; }

    /// <summary>Draws the negatives of one batch.</summary>
    /// <param name="rows">The row number of each example.</param>
    /// <param name="number">The number of the draw: the same number gives the same negatives.</param>
    /// <returns>Row numbers, int64 <c>[batch, K]</c> on the CPU.</returns>
    public Tensor Draw(ReadOnlySpan<long> rows, long number)
    {
        var drawn = GC.AllocateUninitializedArray<long>(rows.Length * Count);
        var state = Mix(_seed ^ (ulong)number);
        var at = 0;
        foreach (var example in rows)
        {
            var own = _labels[example];
            var end = at + Count;
            for (var i = 0; at < end; i++)
            {
                var row = Next(i, ref state, out _);
                if (_labels[row] != own)
                {
                    drawn[at++] = row;
                }
            }
        }

        _ascending.CopyTo(_order, 0);
        return tensor(drawn, [rows.Length, Count]);
    }

    /// <summary>Draws the same rows for all examples of a step, of any class: whose own class they are has to pass them over.</summary>
    /// <inheritdoc cref="Draw"/>
    /// <returns>K row numbers, int64 <c>[K]</c> on the CPU.</returns>
    public Tensor DrawShared(long number)
    {
        var drawn = GC.AllocateUninitializedArray<long>(Count);
        var taken = GC.AllocateUninitializedArray<int>(Count);
        var state = Mix(_seed ^ (ulong)number);
        for (var i = 0; i < drawn.Length; i++)
        {
            drawn[i] = Next(i, ref state, out taken[i]);
        }

        // Few of many rows were moved: each goes back, the last one first.
        for (var i = drawn.Length - 1; i >= 0; i--)
        {
            (_order[i], _order[taken[i]]) = (_order[taken[i]], _order[i]);
        }

        return tensor(drawn);
    }

    // The next row of a shuffle of which i are drawn. Splitmix64; the high half of the product is a number below the rows left, with a
    // bias below 2^-32.
    private int Next(int i, ref ulong state, out int other)
    {
        state += 0x9E3779B97F4A7C15;
        var order = _order;
        other = i + (int)Math.BigMul(Mix(state), (ulong)(order.Length - i), out _);
        var row = order[other];
        order[other] = order[i];
        order[i] = row;
        return row;
    }

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
