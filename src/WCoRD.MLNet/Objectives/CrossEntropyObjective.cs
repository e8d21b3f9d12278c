using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>Cross-entropy with the labels alone: trains teachers and the "student alone" baseline.</summary>
/// <remarks><c>L_CE = -1/B sum_b log softmax(logits_b)[label_b]</c>; part <c>ce</c>.</remarks>
internal sealed class CrossEntropyObjective : Objective
{
    /// <summary>Creates the objective.</summary>
    public CrossEntropyObjective()
        : base("ce")
    {
    }

    public override ObjectiveValue Compute(DistillationStep step)
    {
        using var scope = NewDisposeScope();
        var value = step.Student.Logits.CrossEntropy(step.Labels);
        return new ObjectiveValue(value.MoveToOuterDisposeScope(), [("ce", value.detach().MoveToOuterDisposeScope())]);
    }
}
