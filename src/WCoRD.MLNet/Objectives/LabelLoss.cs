using TorchSharp;
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
    public static Tensor CrossEntropy(this Tensor logits, Tensor labels) =>
        labels.ne(DistillationStep.NoLabel).any().ToBoolean()
            ? nn.functional.cross_entropy(logits.AtLeastSingle(), labels, ignore_index: DistillationStep.NoLabel)
            : logits.AtLeastSingle().sum() * 0;
}
