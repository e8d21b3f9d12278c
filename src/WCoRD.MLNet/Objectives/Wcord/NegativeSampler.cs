using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>Draws negatives: for each example, rows of other classes, without replacement.</summary>
/// <remarks>
/// A partial Fisher-Yates shuffle of all rows per example, in which rows of the example's own class are passed over: every ordered choice
/// of K rows of other classes is equally likely. The rows' order is restored after each example, so that its negatives follow from the
/// draw's number and its place in the batch alone: a resumed training continues with the same ones, and each of several ranks draws its own
/// examples'.
/// </remarks>
internal sealed class NegativeSampler
{
    /// <summary>CRD's number of negatives.</summary>
    public const int DefaultCount = 16384;

    private readonly long[] _labels;
    private readonly int[] _order;

    // Where each row in front was taken from.
    private readonly int[] _taken;
    private readonly ulong _seed;

    /// <param name="labels">The class of every training row.</param>
    /// <param name="negatives">K; null: 16,384, or the rows of other classes of the largest class where they are fewer; 0: all, none is
    /// drawn.</param>
    /// <param name="seed">The seed of all draws.</param>
    /// <exception cref="ArgumentException">There are fewer than two classes, or fewer than K rows of other classes.</exception>
    public NegativeSampler(long[] labels, int? negatives, int seed)
    {
        _labels = labels;
        _order = [.. Enumerable.Range(0, labels.Length)];
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

        _taken = new int[Count + largest];
    }

    /// <summary>K; 0: all rows of other classes, and nothing is drawn.</summary>
    public int Count { get; }

    /// <summary>Draws the negatives of one batch.</summary>
    /// <param name="rows">The row number of each example.</param>
    /// <param name="number">The number of the draw: the same number gives the same negatives.</param>
    /// <param name="first">The place of the first of these examples in the whole batch.</param>
    /// <returns>Row numbers, int64 <c>[batch, K]</c> on the CPU.</returns>
    public Tensor Draw(ReadOnlySpan<long> rows, long number, int first = 0)
    {
        var drawn = GC.AllocateUninitializedArray<long>(rows.Length * Count);
        var at = 0;
        for (var example = 0; example < rows.Length; example++)
        {
            var state = Mix(Mix(_seed ^ (ulong)number) + (ulong)(first + example));
            var own = _labels[rows[example]];
            var end = at + Count;
            var moves = 0;
            while (at < end)
            {
                var row = Next(moves++, ref state);
                if (_labels[row] != own)
                {
                    drawn[at++] = row;
                }
            }

            Restore(moves);
        }

        return tensor(drawn, [rows.Length, Count]);
    }

    /// <summary>Draws the same rows for all examples of a step, of any class: whose own class they are has to pass them over.</summary>
    /// <param name="number">The number of the draw: the same number gives the same negatives.</param>
    /// <returns>K row numbers, int64 <c>[K]</c> on the CPU.</returns>
    public Tensor DrawShared(long number)
    {
        var drawn = GC.AllocateUninitializedArray<long>(Count);
        var state = Mix(_seed ^ (ulong)number);
        for (var i = 0; i < drawn.Length; i++)
        {
            drawn[i] = Next(i, ref state);
        }

        Restore(drawn.Length);
        return tensor(drawn);
    }

    // Few of many rows were moved: each goes back, the last one first.
    private void Restore(int moves)
    {
        for (var i = moves - 1; i >= 0; i--)
        {
            (_order[i], _order[_taken[i]]) = (_order[_taken[i]], _order[i]);
        }
    }

    // The next row of a shuffle of which i are drawn. Splitmix64; the high half of the product is a number below the rows left, with a
    // bias below 2^-32.
    private int Next(int i, ref ulong state)
    {
        state += 0x9E3779B97F4A7C15;
        var order = _order;
        var other = i + (int)Math.BigMul(Mix(state), (ulong)(order.Length - i), out _);
        var row = order[other];
        order[other] = order[i];
        order[i] = row;
        _taken[i] = other;
        return row;
    }

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
