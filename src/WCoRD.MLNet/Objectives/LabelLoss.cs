using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>The loss of logits against labels, some of which may be missing.</summary>
internal static class LabelLoss
{
    /// <summary>
    /// Cross-entropy with the labels, mean over the examples that have one: <c>-1/n sum_b log softmax(logits_b)[label_b]</c>; 0 where none
    /// has.
    /// </summary>
    /// <param name="logits"><c>[batch, classes]</c>.</param>
    /// <param name="labels">Classes counted from 0, or <see cref="DistillationStep.NoLabel"/>; int64 <c>[batch]</c>.</param>
    /// <param name="smoothing">The share of the target that is spread over all classes, in [0, 1).</param>
    public static Tensor CrossEntropy(this Tensor logits, Tensor labels, double smoothing = 0)
    {
        using var scope = NewDisposeScope();
        Tensor values = logits.AtLeastSingle(), labelled = labels.ne(DistillationStep.NoLabel);
        Tensor count = labelled.sum(values.dtype).clamp_min(1);

        // Sums, not means, and nothing is looked at: a look waits for a GPU.
        Tensor ofLabels = nn.functional.cross_entropy(
            values, labels, ignore_index: DistillationStep.NoLabel, reduction: nn.Reduction.Sum);
        if (smoothing == 0)
        {
            return (ofLabels / count).MoveToOuterDisposeScope();
        }

        Tensor ofAll = nn.functional.log_softmax(values, 1).mean([1]).masked_fill(labelled.logical_not(), 0).sum();
        return (((ofLabels * (1 - smoothing)) - (ofAll * smoothing)) / count).MoveToOuterDisposeScope();
    }
}
