using TorchSharp;
using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>Small steps that several objectives share.</summary>
internal static class ObjectiveTensors
{
    /// <summary>Losses are computed in float32 whatever the networks compute in; float64 stays, for gradient checks.</summary>
    public static Tensor AtLeastSingle(this Tensor values) =>
        values.dtype is ScalarType.Float16 or ScalarType.BFloat16 ? values.to_type(ScalarType.Float32) : values;

    /// <summary>Cross-entropy with the labels, mean over the examples that have one: <c>-1/n sum_b log softmax(logits_b)[label_b]</c>; 0 where none has.</summary>
    /// <param name="logits"><c>[batch, classes]</c>.</param>
    /// <param name="labels">Classes counted from 0, or <see cref="DistillationStep.NoLabel"/>; int64 <c>[batch]</c>.</param>
    public static Tensor CrossEntropy(this Tensor logits, Tensor labels) =>
        labels.ne(DistillationStep.NoLabel).any().ToBoolean()
            ? nn.functional.cross_entropy(logits.AtLeastSingle(), labels, ignore_index: DistillationStep.NoLabel)
            : logits.AtLeastSingle().sum() * 0;

    /// <summary>Rows of length 1: <c>x / sqrt(sum x^2)</c>, as the reference has it.</summary>
    /// <remarks>The clamp only keeps a row of zeros, and its gradient, finite; it changes no row longer than 1e-12.</remarks>
    /// <param name="rows"><c>[rows, features]</c>.</param>
    public static Tensor UnitRows(this Tensor rows) => rows / rows.square().sum(1, keepdim: true).clamp_min(1e-24).sqrt();
}
