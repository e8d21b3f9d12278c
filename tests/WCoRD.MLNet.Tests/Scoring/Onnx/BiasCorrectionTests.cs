using static TorchSharp.torch;

namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed class BiasCorrectionTests
{
    [TestMethod]
    public void Apply_WeightsThatAreRounded_AddsWhatTheyLoseOfTheMean()
    {
        using var scope = NewDisposeScope();
        var graph = new NetworkGraph(ones(2, 2, 1, 2));
        // Steps of 63 / 63 = 1: 0.25 is rounded to 0, 1.75 to 2.
        GraphValue weight = graph.Constant(tensor(new[] { 63f, 0.25f, 1.75f, 63f }).view(2, 2, 1, 1)), bias = graph.Constant(tensor(new[] { 1f, 1f }));
        GraphValue map = graph.Node("Relu", [graph.Input]);
        TracedNetwork traced = Traced(graph, map, graph.Node("Conv", [map, weight, bias]));

        // Of one image the channels' means are 5 and 22, of three in a batch 1 and 6: of all 2 and 10.
        Tensor one = tensor(new[] { 4f, 6, 22, 22 }).view(1, 2, 1, 2), three = tensor(new[] { 0f, 2, 5, 7 }).view(1, 2, 1, 2).expand(3, 2, 1, 2);
        BiasCorrection.Apply(traced, traced.NodesFor(withScores: true), new HashSet<GraphValue> { map }, [one, three], reduceRange: true);

        // 1 + (0.25 - 0) x 10 and 1 + (1.75 - 2) x 2.
        CollectionAssert.AreEqual(new[] { 3.5f, 0.5f }, bias.Sample.data<float>().ToArray());
        CollectionAssert.AreEqual(new[] { 63f, 0.25f, 1.75f, 63f }, weight.Sample.data<float>().ToArray());
    }

    [TestMethod]
    public void Apply_WeightsThatTwoOperationsRead_CorrectsTheBiasOfEach()
    {
        using var scope = NewDisposeScope();
        var graph = new NetworkGraph(ones(2, 2, 1, 1));
        GraphValue weight = graph.Constant(tensor(new[] { 63f, 0.25f }).view(1, 2, 1, 1)), one = graph.Constant(ones(1)), other = graph.Constant(zeros(1));
        GraphValue map = graph.Node("Relu", [graph.Input]);
        GraphValue both = graph.Node("Add", [graph.Node("Conv", [map, weight, one]), graph.Node("Conv", [map, weight, other])]);
        TracedNetwork traced = Traced(graph, map, both);
        BiasCorrection.Apply(traced, traced.NodesFor(withScores: true), new HashSet<GraphValue> { map }, [ones(1, 2, 1, 1) * 4], reduceRange: true);
        CollectionAssert.AreEqual(new[] { 2f }, one.Sample.data<float>().ToArray());
        CollectionAssert.AreEqual(new[] { 1f }, other.Sample.data<float>().ToArray());
    }

    [TestMethod]
    public void Apply_GroupsOfChannels_TakesEachGroupsMeans()
    {
        using var scope = NewDisposeScope();
        var graph = new NetworkGraph(ones(2, 2, 1, 2));
        // Each channel by itself, a kernel of two pixels, of which the second rounds to 0.
        GraphValue weight = graph.Constant(tensor(new[] { 127f, 0.25f, 127f, 0.25f }).view(2, 1, 1, 2)), bias = graph.Constant(zeros(2));
        GraphValue map = graph.Node("Relu", [graph.Input]);
        TracedNetwork traced = Traced(graph, map, graph.Node("Conv", [map, weight, bias], ("group", 2L)));
        Tensor pixels = tensor(new[] { 4f, 4, 8, 8 }).view(1, 2, 1, 2);
        BiasCorrection.Apply(traced, traced.NodesFor(withScores: true), new HashSet<GraphValue> { map }, [pixels], reduceRange: false);
        CollectionAssert.AreEqual(new[] { 1f, 2f }, bias.Sample.data<float>().ToArray());
    }

    [TestMethod]
    public void Apply_AnInputThatStaysInFloats_LeavesTheBias()
    {
        using var scope = NewDisposeScope();
        var graph = new NetworkGraph(ones(2, 2, 1, 1));
        GraphValue weight = graph.Constant(tensor(new[] { 63f, 0.25f }).view(1, 2, 1, 1)), bias = graph.Constant(ones(1));
        GraphValue map = graph.Node("Relu", [graph.Input]);
        TracedNetwork traced = Traced(graph, map, graph.Node("Conv", [map, weight, bias]));
        BiasCorrection.Apply(traced, traced.NodesFor(withScores: true), new HashSet<GraphValue>(), [ones(1, 2, 1, 1)], reduceRange: true);
        CollectionAssert.AreEqual(new[] { 1f }, bias.Sample.data<float>().ToArray());
    }

    private static TracedNetwork Traced(NetworkGraph graph, GraphValue map, GraphValue scores)
    {
        GraphValue logits = graph.Node("Flatten", [scores]);
        return new TracedNetwork(graph, graph.Input, map, logits, graph.Node("Softmax", [logits], ("axis", 1L)));
    }
}
