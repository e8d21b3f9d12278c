using TorchSharp;
using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>A network as a graph, from pixel values to probabilities, compared with itself.</summary>
/// <param name="Graph">The graph.</param>
/// <param name="Normalized">The normalised pixels.</param>
/// <param name="Features">The penultimate features <c>[batch, features]</c>.</param>
/// <param name="Logits">The scores before the softmax, <c>[batch, classes]</c>.</param>
/// <param name="Scores">The probabilities <c>[batch, classes]</c>.</param>
internal sealed record TracedNetwork(
    NetworkGraph Graph, GraphValue Normalized, GraphValue Features, GraphValue Logits, GraphValue Scores)
{
    private const int SampleBatch = 2;

    // Of numbers that went through some hundred layers in another order.
    private const double Tolerance = 1e-3;

    /// <summary>Writes a network down as it computes when it learns no more. Its tensors are the present dispose scope's.</summary>
    /// <param name="network">The network, in evaluation mode, on the CPU, in float32; batch norms may be folded.</param>
    /// <param name="normalization">From pixel values to what it reads.</param>
    /// <param name="height">The images' height.</param>
    /// <param name="width">The images' width.</param>
    /// <exception cref="NotSupportedException">It is built of modules that are not known, or what was written is another function.
    /// </exception>
    public static TracedNetwork Of(FeatureNetwork network, InputNormalization normalization, int height, int width)
    {
        using var frozen = no_grad();
        using var draws = new Generator(1);
        // Of deviation 1 about the mean once normalised, whatever the scale.
        Tensor mean = Channels(normalization.Mean), deviation = Channels(normalization.StandardDeviation);
        Tensor sample = (randn([SampleBatch, network.InputChannels, height, width], generator: draws) * deviation) + mean;
        var graph = new NetworkGraph(sample / normalization.Scale);
        GraphValue scaled = graph.Multiply(graph.Input, graph.Constant(normalization.Scale / deviation));
        GraphValue normalized = graph.Add(scaled, graph.Constant(-mean / deviation));
        (GraphValue features, GraphValue logits) = network.Trace(graph, normalized);
        NetworkOutput expected = network.Compute(normalization.Apply(graph.Input.Sample));
        Compare(network.Name, "features", expected.Features, features.Sample);
        Compare(network.Name, "scores", expected.Logits, logits.Sample);
        return new TracedNetwork(graph, normalized, features, logits, graph.Node("Softmax", [logits], ("axis", 1L)));
    }

    /// <summary>The operations without which features, and scores where they are wanted, cannot be given.</summary>
    public IReadOnlyList<GraphNode> NodesFor(bool withScores) => Graph.NodesFor(withScores ? [Features, Scores] : [Features]);

    private static Tensor Channels(IReadOnlyList<float> values) => tensor(values.ToArray()).view(1, -1, 1, 1);

    private static void Compare(string name, string what, Tensor expected, Tensor found)
    {
        using var scope = NewDisposeScope();
        bool isSame = expected.shape.SequenceEqual(found.shape)
            && (expected - found).abs().max().ToDouble() <= Tolerance * Math.Max(1, expected.abs().max().ToDouble());
        if (!isSame)
        {
            throw new NotSupportedException(
                $"The network '{name}' cannot be exported: the {what} of what was written down "
                    + $"([{InvariantText.Join(", ", found.shape)}]) are others than those that the network computes "
                    + $"([{InvariantText.Join(", ", expected.shape)}]). Its modules were taken one after the other, with a global average "
                    + $"pool before the last linear layer: override {nameof(FeatureNetwork)}.{nameof(FeatureNetwork.Trace)} "
                    + "to write down what Compute does beside them.");
        }
    }
}
