using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>Gives biases what rounded weights take from an output's mean.</summary>
/// <remarks>
/// <c>E[w x] = E[q x] + (w - q) E[x]</c> for weights <c>w</c> that are rounded to <c>q</c>: the last term is added to the bias. Source: Nagel
/// et al. 2019, Data-Free Quantization Through Weight Equalization and Bias Correction, section 4.2; <c>E[x]</c> is that of the calibration
/// sample. What stands beyond a map's edge is taken to have the map's mean.
/// </remarks>
internal static class BiasCorrection
{
    /// <summary>Changes the biases of a network that was written down, in place; samples of other values stay as they were.</summary>
    /// <param name="traced">The network.</param>
    /// <param name="nodes">The operations that are written.</param>
    /// <param name="values">The values that are quantised.</param>
    /// <param name="batches">Pixel values, batch by batch.</param>
    /// <param name="reduceRange">Whether weights take seven bits.</param>
    public static void Apply(
        TracedNetwork traced, IReadOnlyList<GraphNode> nodes, IReadOnlySet<GraphValue> values, IReadOnlyList<Tensor> batches, bool reduceRange)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        // Weights that several operations read stay as they are: the bias alone has to be the operation's own.
        HashSet<GraphValue> constants = [.. traced.Graph.Constants];
        IReadOnlySet<GraphValue> own = traced.Graph.ConstantsReadOnce(nodes);
        GraphNode[] corrected =
        [
            .. nodes.Where(node => node.Operator is "Conv" or "Gemm" && node.Inputs.Count > 2)
                .Where(node => values.Contains(node.Inputs[0]) && constants.Contains(node.Inputs[1]) && own.Contains(node.Inputs[2])),
        ];
        Dictionary<GraphValue, Tensor> means = Means(traced, corrected.Select(node => node.Inputs[0]).ToHashSet(), batches);
        foreach (GraphNode node in corrected)
        {
            Tensor weight = node.Inputs[1].Sample;
            QuantizedWeights rounded = QuantizedWeights.Of(node.Inputs[1], reduceRange);
            Tensor scales = tensor(rounded.Scales).view([-1, .. weight.shape.Skip(1).Select(_ => 1L)]);
            Tensor lost = weight - (tensor(rounded.Whole).to(ScalarType.Float32).view(weight.shape) * scales);

            // [groups, outputs of one, inputs of one] times [groups, inputs of one, 1]
            long groups = node.Number("group", 1), inputs = weight.shape[1];
            Tensor products = lost.flatten(1).view(groups, -1, inputs, lost[0, 0].numel()).sum(3).matmul(means[node.Inputs[0]].view(groups, inputs, 1));
            node.Inputs[2].Sample.add_(products.flatten());
        }
    }

    /// <returns>For each value, the mean of each channel, in the present dispose scope.</returns>
    private static Dictionary<GraphValue, Tensor> Means(TracedNetwork traced, HashSet<GraphValue> values, IReadOnlyList<Tensor> batches)
    {
        var sums = values.ToDictionary(value => value, value => zeros(value.Shape[1]));
        long images = batches.Sum(batch => batch.shape[0]);
        ActivationRanges.Visit(traced, values, batches, (value, numbers) =>
        {
            Tensor places = numbers.transpose(0, 1).flatten(1);
            sums[value].add_(places.mean([1]) * (numbers.shape[0] / (double)images));
        });
        return sums;
    }
}
