using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>What an objective is given for one training step.</summary>
/// <param name="Indices">The examples' row numbers in the training set, int64 <c>[batch]</c>.</param>
/// <param name="Labels">The examples' classes counted from 0, or <see cref="NoLabel"/>; int64 <c>[batch]</c>.</param>
/// <param name="Student">The student's output, with its graph.</param>
/// <param name="Teacher">The teacher's output, without gradient; null where there is no teacher.</param>
public sealed record DistillationStep(Tensor Indices, Tensor Labels, NetworkOutput Student, NetworkOutput? Teacher)
{
    /// <summary>Stands for the class of an example without a label: such an example counts for the teacher's terms only.</summary>
    public const long NoLabel = -1;
}
