using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>What an objective is given for one training step.</summary>
public sealed record DistillationStep
{
    /// <summary>Stands for the class of an example without a label: such an example counts for the teacher's terms only.</summary>
    public const long NoLabel = -1;

    /// <summary>The examples' row numbers in the training set, int64 <c>[batch]</c>.</summary>
    public required Tensor Indices { get; init; }

    /// <summary>The examples' classes counted from 0, or <see cref="NoLabel"/>; int64 <c>[batch]</c>.</summary>
    public required Tensor Labels { get; init; }

    /// <summary>
    /// The classes, like <see cref="Labels"/>, of the examples that MixUp blended into these; null: the examples are as they are.
    /// </summary>
    public Tensor? MixedInLabels { get; init; }

    /// <summary>The share of the blends that is the examples' own, in [0.5, 1].</summary>
    /// <value>Default 1: nothing is blended.</value>
    public double OwnShare { get; init; } = 1;

    /// <summary>The student's output, with its graph.</summary>
    public required NetworkOutput Student { get; init; }

    /// <summary>The teacher's output, without gradient; null where there is no teacher.</summary>
    public NetworkOutput? Teacher { get; init; }

    /// <summary>
    /// The examples that this process computes, where several train together: an objective whose value is a mean over examples may take the
    /// mean over these for it. Null: all.
    /// </summary>
    internal BatchShare? Own { get; init; }

    /// <summary>The teacher's output for an objective that cannot do without.</summary>
    /// <exception cref="ArgumentException">There is no teacher.</exception>
    internal NetworkOutput TeacherFor(string objective) =>
        Teacher ?? throw new ArgumentException($"The step has no teacher's output, which '{objective}' compares with: give a teacher.");
}
