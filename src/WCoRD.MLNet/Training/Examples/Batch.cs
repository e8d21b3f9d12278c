using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>The examples of one step.</summary>
/// <remarks>
/// Of several ranks, each makes the images of its share; where examples are mixed with each other, first those of all.
/// </remarks>
/// <param name="Indices">Their numbers among the rows learned from, int64 <c>[batch]</c>, where is computed; of all ranks.</param>
/// <param name="Rows">Their numbers among all rows read, int64 <c>[batch]</c>, on the CPU.</param>
/// <param name="Labels">Their classes counted from 0, or <see cref="DistillationStep.NoLabel"/>; int64 <c>[batch]</c>; of all ranks.</param>
/// <param name="Images">Their images, float32 <c>[batch, channels, height, width]</c>, before normalisation.</param>
/// <param name="Pixels">The student's views of these images that this rank computes, of the same shape.</param>
/// <param name="Views">How the views were made.</param>
internal sealed record Batch(Tensor Indices, Tensor Rows, Tensor Labels, Tensor Images, Tensor Pixels, Views Views)
{
    /// <summary>The number of the stored view that these are; null: the teacher is to be asked.</summary>
    public int? StoredView { get; init; }

    /// <summary>What this rank computes; null: all.</summary>
    public BatchShare? Share { get; init; }

    /// <summary>Brings rows that another rank has read; null: all of them are here.</summary>
    public RowExchange? Exchange { get; init; }

    /// <summary>What belongs to <see cref="Rows"/>.</summary>
    /// <param name="values">Of all rows that were read here, <c>[rows, ...]</c>.</param>
    public Tensor Select(Tensor values) => Exchange?.Of(values) ?? values.index_select(0, Rows);

    /// <summary>What this rank computes of something made of <see cref="Rows"/>.</summary>
    public Tensor OfShare(Tensor values) => Share is { } share && Views.Mixture is not null ? share.Of(values) : values;
}
