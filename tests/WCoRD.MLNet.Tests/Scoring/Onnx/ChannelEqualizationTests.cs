using TorchSharp;
using static TorchSharp.torch;

namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed class ChannelEqualizationTests
{
    [TestMethod]
    public void Apply_ChannelsOfOtherSizes_DividesEachByTheRootOfItsLargest()
    {
        using var scope = NewDisposeScope();
        var graph = new NetworkGraph(ones(2, 1, 2, 2));
        GraphValue first = graph.Constant(tensor(new[] { 16f, 4f }).view(2, 1, 1, 1)), bias = graph.Constant(tensor(new[] { 0f, 5f }));
        GraphValue map = graph.Node("Relu", [graph.Node("Conv", [graph.Input, first, bias])]);
        GraphValue second = graph.Constant(tensor(new[] { 1f, 10f }).view(1, 2, 1, 1));
        GraphValue logits = graph.Node("Flatten", [graph.Node("Conv", [map, second])]);
        var traced = new TracedNetwork(graph, graph.Input, map, logits, graph.Node("Softmax", [logits], ("axis", 1L)));

        ChannelEqualization.Apply(traced, traced.NodesFor(withScores: true), [traced.Scores], new HashSet<GraphValue> { map }, [ones(3, 1, 2, 2)]);

        // The largest are 16 and 4 + 5: the roots are 4 and 3.
        CollectionAssert.AreEqual(new[] { 4f, 4f / 3 }, Values(first));
        CollectionAssert.AreEqual(new[] { 0f, 5f / 3 }, Values(bias));
        CollectionAssert.AreEqual(new[] { 4f, 30f }, Values(second));
    }

    [TestMethod]
    public void Apply_AChannelThatIsHardlyEverAboveZero_IsDividedAsOneOfA256thOfTheLargest()
    {
        using var scope = NewDisposeScope();
        var graph = new NetworkGraph(ones(2, 1, 2, 2));
        GraphValue first = graph.Constant(tensor(new[] { 256f, 1e-6f, -7f }).view(3, 1, 1, 1));
        GraphValue map = graph.Node("Relu", [graph.Node("Conv", [graph.Input, first])]);
        GraphValue logits = graph.Node("Flatten", [graph.Node("Conv", [map, graph.Constant(ones(1, 3, 1, 1))])]);
        var traced = new TracedNetwork(graph, graph.Input, map, logits, graph.Node("Softmax", [logits], ("axis", 1L)));
        ChannelEqualization.Apply(traced, traced.NodesFor(withScores: true), [traced.Scores], new HashSet<GraphValue> { map }, [ones(3, 1, 2, 2)]);
        CollectionAssert.AreEqual(new[] { 16f, 1e-6f, -7f }, Values(first));
    }

    [TestMethod]
    [DataRow("resnet8")]
    [DataRow("resnet18")]
    [DataRow("vgg8")]
    [DataRow("wrn_16_1")]
    [DataRow("MobileNetV2")]
    [DataRow("ShuffleV1")]
    [DataRow("ShuffleV2")]
    [DataRow("mobilenet_v3_small")]
    [DataRow("efficientnet_b0")]
    public void Apply_ANetwork_IsTheSameFunctionOfOtherWeights(string network)
    {
        LongTest.RequireUnless(network is "resnet8" or "ShuffleV1");
        using var scope = NewDisposeScope();
        using NetworkTransformer model = OnnxFixture.Model(new Microsoft.ML.MLContext(1), network, 32, 32);
        TracedNetwork traced = model.Trace();
        IReadOnlyList<GraphNode> nodes = traced.NodesFor(withScores: true);
        using var draws = new Generator(2);
        Tensor pixels = rand([4, 3, 32, 32], generator: draws) * 255;
        Tensor before = Logits(traced, pixels);
        List<float[]> weights = Weights(nodes);

        ChannelEqualization.Apply(traced, nodes, [traced.Scores], QuantizedValues.Of(traced, nodes), [pixels]);

        double error = ((Logits(traced, pixels) - before).abs().max() / before.abs().max()).ToDouble();
        Assert.IsLessThan(1e-4, error);
        int changed = Weights(nodes).Zip(weights).Count(pair => !pair.First.SequenceEqual(pair.Second));
        Assert.IsGreaterThan(weights.Count / 4, changed, $"{changed} of {weights.Count}");
    }

    [TestMethod]
    public void Apply_FeaturesThatAreGiven_StayAsTheyAre()
    {
        using var scope = NewDisposeScope();
        using NetworkTransformer model = OnnxFixture.Model(new Microsoft.ML.MLContext(1), "vgg8", 32, 32);
        TracedNetwork traced = model.Trace();
        IReadOnlyList<GraphNode> nodes = traced.NodesFor(withScores: true);
        Tensor pixels = full(2, 3, 32, 32, 99f), before = Compute(traced, pixels, traced.Features);
        ChannelEqualization.Apply(traced, nodes, [traced.Scores, traced.Features], QuantizedValues.Of(traced, nodes), [pixels]);
        Assert.IsLessThan(1e-4, ((Compute(traced, pixels, traced.Features) - before).abs().max() / before.abs().max()).ToDouble());
    }

    private static Tensor Logits(TracedNetwork traced, Tensor pixels) => Compute(traced, pixels, traced.Logits);

    private static Tensor Compute(TracedNetwork traced, Tensor pixels, GraphValue wanted)
    {
        Tensor? found = null;
        GraphOperators.Compute(traced.Graph, pixels, (value, numbers) => found = value == wanted ? numbers.clone().MoveToOuterDisposeScope() : found);
        return found!;
    }

    private static List<float[]> Weights(IReadOnlyList<GraphNode> nodes) =>
        [.. nodes.Where(node => node.Operator is "Conv" or "Gemm").Select(node => Values(node.Inputs[1]))];

    private static float[] Values(GraphValue value) => value.Sample.data<float>().ToArray();
}
