using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>Cross-entropy with the labels alone: trains teachers and the "student alone" baseline.</summary>
/// <remarks>
/// <c>L_CE = -1/B sum_b sum_c q_bc log softmax(logits_b)[c]</c>, where q is 1 for the label, or <c>(1 - e) + e / C</c>, and <c>e / C</c>
/// for the other classes; of blends the sum of both labels' by their shares. Part <c>ce</c>.
/// </remarks>
internal sealed class CrossEntropyObjective : Objective
{
    private readonly double _smoothing;

    /// <summary>Creates the objective.</summary>
    /// <param name="smoothing">The share e that is spread over all classes, in [0, 1).</param>
    public CrossEntropyObjective(double smoothing = 0)
        : base("ce") => _smoothing = smoothing;

    public override bool ReadsMaps => false;

    public override bool SupportsMixUp => true;

    internal override bool IsReplayable => true;

    public override ObjectiveValue Compute(DistillationStep step)
    {
        using var scope = NewDisposeScope();
        Tensor value = step.Student.Logits.CrossEntropy(step.Labels, _smoothing);
        if (step.MixedInLabels is { } others)
        {
            value = (value * step.OwnShare) + (step.Student.Logits.CrossEntropy(others, _smoothing) * (1 - step.OwnShare));
        }

        return new ObjectiveValue(value.MoveToOuterDisposeScope(), [("ce", value.detach().MoveToOuterDisposeScope())]);
    }
}
