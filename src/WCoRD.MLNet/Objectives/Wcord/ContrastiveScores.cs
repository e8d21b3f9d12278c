using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>What one side's anchors score against the other network's memory.</summary>
/// <remarks>
/// The scores come from one product with all rows, of which the wanted ones are picked: the same function as gathering rows, at a
/// twentieth of the cost; of a memory with many times more rows than negatives, rows are gathered.
/// </remarks>
/// <param name="Positive">The score <c>row . anchor</c> of each anchor's positive, <c>[batch]</c>; anchors are scaled as the critic wants
/// them.</param>
/// <param name="Negative">The scores of other rows, <c>[batch, negatives]</c>; minus infinity where a row is no negative of the
/// anchor.</param>
/// <param name="Count">The number of negatives K of each anchor, <c>[batch]</c>.</param>
/// <param name="Rows">The number of rows of the memory, N.</param>
internal readonly record struct ContrastiveScores(Tensor Positive, Tensor Negative, Tensor Count, long Rows)
{
    /// <summary>From how many times more rows than negatives gathering is cheaper: measured, see docs/performance.md.</summary>
    internal const int GatherFrom = 48;

    /// <summary>Scores against drawn rows.</summary>
    /// <param name="anchors">The anchors, <c>[batch, embedding]</c>.</param>
    /// <param name="positives">Their positives, <c>[batch, embedding]</c>.</param>
    /// <param name="rows">The other network's memory, <c>[rows, embedding]</c>.</param>
    /// <param name="negatives">The row numbers of each anchor's negatives, int64 <c>[batch, K]</c>.</param>
    public static ContrastiveScores OfDrawn(Tensor anchors, Tensor positives, Tensor rows, Tensor negatives)
    {
        Tensor scores = IsGatheringCheaper(rows.shape[0], negatives.shape[1])
            ? Gathered(anchors, rows, negatives)
            : Products(anchors, rows).gather(1, negatives);
        return new(
            (anchors * positives).sum(1),
            scores,
            full(anchors.shape[0], (double)negatives.shape[1], anchors.dtype, rows.device),
            rows.shape[0]);
    }

    /// <summary>Scores against all rows of other classes, or those that were drawn for all anchors.</summary>
    /// <param name="anchors">The anchors, <c>[batch, embedding]</c>.</param>
    /// <param name="positives">Their positives, <c>[batch, embedding]</c>.</param>
    /// <param name="rows">The other network's memory, <c>[rows, embedding]</c>.</param>
    /// <param name="others">Which of these rows are of other classes.</param>
    /// <param name="drawn">The numbers of the rows, int64; null: all.</param>
    public static ContrastiveScores OfOtherClasses(Tensor anchors, Tensor positives, Tensor rows, OtherClasses others, Tensor? drawn)
    {
        Tensor scored = drawn is null ? rows : rows.index_select(0, drawn);
        return new(
            (anchors * positives).sum(1),
            scored.dtype == anchors.dtype
                ? addmm(others.Excluded, anchors, scored.t(), beta: 1, alpha: 1)
                : Products(anchors, scored) + others.Excluded,
            others.Count,
            rows.shape[0]);
    }

    /// <summary>Whether to gather the drawn rows, rather than to score all rows by one product and pick.</summary>
    internal static bool IsGatheringCheaper(long rows, long negatives) => rows > GatherFrom * negatives;

    /// <summary>Scores by one product with all rows.</summary>
    internal static Tensor Products(Tensor anchors, Tensor rows) => anchors.to_type(rows.dtype).matmul(rows.t()).to_type(anchors.dtype);

    /// <summary>Scores of the drawn rows alone, which are gathered.</summary>
    internal static Tensor Gathered(Tensor anchors, Tensor rows, Tensor negatives) => rows
        .index_select(0, negatives.flatten())
        .to_type(anchors.dtype)
        .view(negatives.shape[0], negatives.shape[1], -1)
        .bmm(anchors.unsqueeze(2))
        .squeeze(2);
}
