using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>Draws negatives: for each example, rows of other classes, without replacement.</summary>
/// <remarks>
/// A partial Fisher-Yates shuffle of all rows per example, in which rows of the example's own class are passed over: every ordered choice
/// of K rows of other classes is equally likely. The rows' order is restored after each example, so that its negatives follow from the
/// draw's number and its place in the batch alone: a resumed training continues with the same ones, and each of several ranks draws its own
/// examples'. So it does not matter either which thread draws for which example.
/// </remarks>
internal sealed class NegativeSampler
{
    /// <summary>CRD's number of negatives.</summary>
    public const int DefaultCount = 16384;

    private readonly long[] _labels;
    private readonly int _mostMoves;
    private readonly ulong _seed;

    // One for each thread that draws.
    private readonly ConcurrentBag<RowShuffle> _shuffles = [];

    /// <param name="labels">The class of every training row.</param>
    /// <param name="negatives">K; null: 16,384, or the rows of other classes of the largest class where they are fewer; 0: all, none is
    /// drawn.</param>
    /// <param name="seed">The seed of all draws.</param>
    /// <exception cref="ArgumentException">There are fewer than two classes, or fewer than K rows of other classes.</exception>
    public NegativeSampler(long[] labels, int? negatives, int seed)
    {
        _labels = labels;
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

        _mostMoves = Count + largest;
    }

    /// <summary>K; 0: all rows of other classes, and nothing is drawn.</summary>
    public int Count { get; }

    /// <summary>Draws the negatives of one batch.</summary>
    /// <param name="rows">The row number of each example.</param>
    /// <param name="number">The number of the draw: the same number gives the same negatives.</param>
    /// <param name="first">The place of the first of these examples in the whole batch.</param>
    /// <param name="isForGpu">Whether a GPU is to fetch them.</param>
    /// <returns>Row numbers, int32 <c>[batch, K]</c> on the CPU.</returns>
    public Tensor Draw(long[] rows, long number, int first = 0, bool isForGpu = false)
    {
        Tensor drawn = Room(isForGpu, rows.Length, Count);
        Parallel.For(0, rows.Length, new ParallelOptions { MaxDegreeOfParallelism = get_num_threads() }, example =>
        {
            RowShuffle shuffle = TakeShuffle(Mix(Mix(_seed ^ (ulong)number) + (ulong)(first + example)));
            Span<int> negatives = NumbersOf(drawn).Slice(example * Count, Count);
            var own = _labels[rows[example]];
            for (var at = 0; at < negatives.Length;)
            {
                var row = shuffle.Next();
                if (_labels[row] != own)
                {
                    negatives[at++] = row;
                }
            }

            GiveBack(shuffle);
        });
        return drawn;
    }

    /// <summary>Draws the same rows for all examples of a step, of any class: whose own class they are has to pass them over.</summary>
    /// <param name="number">The number of the draw: the same number gives the same negatives.</param>
    /// <param name="isForGpu">Whether a GPU is to fetch them.</param>
    /// <returns>K row numbers, int32 <c>[K]</c> on the CPU.</returns>
    public Tensor DrawShared(long number, bool isForGpu = false)
    {
        Tensor drawn = Room(isForGpu, Count);
        RowShuffle shuffle = TakeShuffle(Mix(_seed ^ (ulong)number));
        foreach (ref int row in NumbersOf(drawn))
        {
            row = shuffle.Next();
        }

        GiveBack(shuffle);
        return drawn;
    }

    // What a GPU fetches by itself lies in memory that stays in place. Pinning copies, by threads which then spin for milliseconds and take
    // the cores from those that draw: of room for all numbers, the first and the last alone are copied.
    private static Tensor Room(bool isForGpu, params long[] shape)
    {
        using var scope = NewDisposeScope();
        Tensor room = empty(shape, ScalarType.Int32);
        return isForGpu && room.numel() > 1
            ? room.as_strided([2], [room.numel() - 1], 0).pin_memory().as_strided(shape, room.stride(), 0).MoveToOuterDisposeScope()
            : room.MoveToOuterDisposeScope();
    }

    private static Span<int> NumbersOf(Tensor drawn) => MemoryMarshal.Cast<byte, int>(drawn.bytes);

    private RowShuffle TakeShuffle(ulong state)
    {
        RowShuffle shuffle = _shuffles.TryTake(out RowShuffle? rested) ? rested : new RowShuffle(_labels.Length, _mostMoves);
        shuffle.Begin(state);
        return shuffle;
    }

    private void GiveBack(RowShuffle shuffle)
    {
        shuffle.Restore();
        _shuffles.Add(shuffle);
    }

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>A shuffle of all rows, of which as many are drawn as are asked for.</summary>
    private sealed class RowShuffle(int rows, int mostMoves)
    {
        private readonly int[] _order = [.. Enumerable.Range(0, rows)];

        // Where each row in front was taken from.
        private readonly int[] _taken = new int[mostMoves];
        private ulong _state;
        private int _moves;

        public void Begin(ulong state) => (_state, _moves) = (state, 0);

        // Splitmix64; the high half of the product is a number below the rows left, with a bias below 2^-32.
        public int Next()
        {
            _state += 0x9E3779B97F4A7C15;
            int[] order = _order;
            int i = _moves++, other = i + (int)Math.BigMul(Mix(_state), (ulong)(order.Length - i), out _);
            var row = order[other];
            order[other] = order[i];
            order[i] = row;
            _taken[i] = other;
            return row;
        }

        // Few of many rows were moved: each goes back, the last one first.
        public void Restore()
        {
            for (var i = _moves - 1; i >= 0; i--)
            {
                (_order[i], _order[_taken[i]]) = (_order[_taken[i]], _order[i]);
            }
        }
    }
}
