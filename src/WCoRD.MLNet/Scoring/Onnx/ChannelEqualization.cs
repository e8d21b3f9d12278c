using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>
/// Makes a network's channels more alike in size where that changes nothing, so that the one scale which eight bits have for a value suits
/// all of them: a channel is divided by a number in the weights that make it, and multiplied by it in all that read it.
/// </summary>
/// <remarks>
/// <c>relu(w x / s) = relu(w x) / s</c> for <c>s</c> above 0. Source: Nagel et al. 2019, Data-Free Quantization Through Weight Equalization
/// and Bias Correction, section 4.1; here beyond pairs of layers (<see cref="GraphChannels"/>), and <c>s</c> is the root of the largest
/// activation of the calibration sample, as in Xiao et al. 2023, SmoothQuant, equation 4 with alpha 1/2: what activations gain, weights
/// do not lose.
/// </remarks>
internal static class ChannelEqualization
{
    // Of a value's largest channel: one that is hardly ever above 0 is not made as large as the others.
    private const float LeastShare = 1f / 256;

    /// <summary>Changes the weights of a network that was written down, in place; samples of other values stay as they were.</summary>
    /// <param name="traced">The network.</param>
    /// <param name="nodes">The operations that are written.</param>
    /// <param name="given">What they give.</param>
    /// <param name="values">The values that are quantised.</param>
    /// <param name="batches">Pixel values, batch by batch.</param>
    public static void Apply(
        TracedNetwork traced,
        IReadOnlyList<GraphNode> nodes,
        IEnumerable<GraphValue> given,
        IReadOnlySet<GraphValue> values,
        IReadOnlyList<Tensor> batches)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var channels = new GraphChannels(traced.Graph, nodes, given);
        float[] divisors = Divisors(traced, channels, values, batches);
        foreach (GraphNode node in nodes.Where(node => node.Operator is "Conv" or "Gemm"))
        {
            GraphValue weight = node.Inputs[1];
            if (channels.Of(node.Inputs[0]) is { } read)
            {
                // [outputs, inputs of a group, height, width]
                long groups = node.Number("group", 1), outputs = weight.Shape[0], inputs = weight.Shape[1];
                Tensor factors = Of(read).view(groups, 1, inputs).expand(groups, outputs / groups, inputs);
                weight.Sample.mul_(factors.reshape([outputs, inputs, .. weight.Shape.Skip(2).Select(_ => 1L)]));
            }

            if (channels.Of(node.Output) is { } made)
            {
                foreach (GraphValue constant in node.Inputs.Skip(1))
                {
                    constant.Sample.div_(Of(made).view([-1, .. constant.Shape.Skip(1).Select(_ => 1L)]));
                }
            }
        }

        Tensor Of(int[] places) => tensor(Array.ConvertAll(places, channel => divisors[channel]));
    }

    private static float[] Divisors(
        TracedNetwork traced, GraphChannels channels, IReadOnlySet<GraphValue> values, IReadOnlyList<Tensor> batches)
    {
        float[] largest = new float[channels.Count], least = new float[channels.Count];
        Dictionary<GraphValue, int[]> measured = values
            .Where(value => value.Shape.Count == 4 && channels.Of(value) is not null)
            .ToDictionary(value => value, value => channels.Of(value)!);
        ActivationRanges.Visit(traced, measured.Keys.ToHashSet(), batches, (value, numbers) =>
        {
            foreach ((int channel, float most) in measured[value].Zip(numbers.abs().amax([0, 2, 3]).data<float>()))
            {
                largest[channel] = Math.Max(largest[channel], most);
            }
        });
        foreach (int[] places in measured.Values)
        {
            float share = LeastShare * places.Max(channel => largest[channel]);
            foreach (int channel in places)
            {
                least[channel] = Math.Max(least[channel], share);
            }
        }

        return
        [
            .. largest.Select((most, channel) => channels.IsFixed(channel) || least[channel] == 0 ? 1 : MathF.Sqrt(Math.Max(most, least[channel]))),
        ];
    }
}
