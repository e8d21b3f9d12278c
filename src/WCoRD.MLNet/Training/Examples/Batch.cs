using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>The examples of one step.</summary>
/// <param name="Indices">Their numbers among the rows learned from, int64 <c>[batch]</c>, where is computed.</param>
/// <param name="Rows">Their numbers among all rows read, int64 <c>[batch]</c>, on the CPU.</param>
/// <param name="Labels">Their classes counted from 0, or <see cref="DistillationStep.NoLabel"/>; int64 <c>[batch]</c>.</param>
/// <param name="Images">Their images, float32 <c>[batch, channels, height, width]</c>, before normalisation.</param>
/// <param name="Pixels">The student's views of these images, of the same shape.</param>
/// <param name="Views">How the views were made.</param>
internal sealed record Batch(Tensor Indices, Tensor Rows, Tensor Labels, Tensor Images, Tensor Pixels, Views Views)
{
    /// <summary>The number of the stored view that these are; null: the teacher is to be asked.</summary>
    public int? StoredView { get; init; }
}
