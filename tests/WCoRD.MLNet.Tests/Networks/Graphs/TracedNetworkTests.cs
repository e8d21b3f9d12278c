using static TorchSharp.torch;

namespace WCoRD.MLNet.Tests;

/// <summary>Networks of one's own, written down by the modules that they are built of.</summary>
[TestClass]
public sealed class TracedNetworkTests
{
    private static readonly InputNormalization Normalization = new(1 / 255f, [0.5f, 0.4f, 0.3f], [0.2f, 0.25f, 0.3f]);

    [TestMethod]
    public void Of_ModulesOneAfterTheOther_IsTheNetwork() => CheckTraced(new OwnNetwork(
        nn.Sequential(nn.Conv2d(3, 8, 3, padding: 1, stride: 2, dilation: 1), nn.BatchNorm2d(8), nn.LeakyReLU(0.2)),
        nn.Sequential(nn.Conv2d(8, 8, (3, 5), padding: (1, 2), groups: 2), nn.Hardswish(), nn.MaxPool2d(2), nn.Dropout(0.5))));

    [TestMethod]
    [DataRow("ReLU")]
    [DataRow("ReLU6")]
    [DataRow("ELU")]
    [DataRow("PReLU")]
    [DataRow("SiLU")]
    [DataRow("Hardsigmoid")]
    [DataRow("Sigmoid")]
    [DataRow("Tanh")]
    [DataRow("GELU")]
    [DataRow("AvgPool2d")]
    [DataRow("AdaptiveAvgPool2d")]
    [DataRow("MaxPool2d")]
    [DataRow("Identity")]
    public void Of_EveryKnownModule_IsTheNetwork(string name)
    {
        nn.Module<Tensor, Tensor> module = name switch
        {
            "ReLU" => nn.ReLU(),
            "ReLU6" => nn.ReLU6(),
            "ELU" => nn.ELU(0.7),
            "PReLU" => nn.PReLU(8),
            "SiLU" => nn.SiLU(),
            "Hardsigmoid" => nn.Hardsigmoid(),
            "Sigmoid" => nn.Sigmoid(),
            "Tanh" => nn.Tanh(),
            "GELU" => nn.GELU(),
            "AvgPool2d" => nn.AvgPool2d(3, stride: 2, padding: 1),
            "AdaptiveAvgPool2d" => nn.AdaptiveAvgPool2d(1),
            "MaxPool2d" => nn.MaxPool2d(3, stride: 2, padding: 1),
            _ => nn.Identity(),
        };
        CheckTraced(new OwnNetwork(nn.Conv2d(3, 8, 3, bias: false), module));
    }

    [TestMethod]
    public void Of_AModuleThatWritesItselfDown_IsTheNetwork() => CheckTraced(new OwnNetwork(nn.Conv2d(3, 8, 3), new Doubling()));

    [TestMethod]
    public void Of_AModuleThatIsNotKnown_SaysWhatToDo()
    {
        using var scope = NewDisposeScope();
        using var network = new OwnNetwork(nn.Conv2d(3, 8, 3), nn.GroupNorm(2, 8));
        string message = Assert.ThrowsExactly<NotSupportedException>(() => TracedNetwork.Of(network, Normalization, 8, 8)).Message;
        StringAssert.StartsWith(message, "The module GroupNorm cannot be exported, or not as it is set: expected modules of TorchSharp that are known, or one that implements IGraphModule.");
    }

    [TestMethod]
    public void Of_ANetworkThatDoesMoreThanItsModules_IsRefused()
    {
        using var scope = NewDisposeScope();
        using var network = new OwnNetwork(nn.Conv2d(3, 8, 3), nn.ReLU()) { Also = map => map.square() };
        network.eval();
        string message = Assert.ThrowsExactly<NotSupportedException>(() => TracedNetwork.Of(network, Normalization, 8, 8)).Message;
        StringAssert.Contains(message, "The network 'own-traced' cannot be exported: the features of what was written down ([2, 8]) are others than those that the network computes ([2, 8]).");
        StringAssert.Contains(message, "override FeatureNetwork.Trace");
    }

    [TestMethod]
    public void Of_ANetworkThatWritesItselfDown_IsTheNetwork() => CheckTraced(
        new OwnNetwork(nn.Conv2d(3, 8, 3), nn.ReLU()) { Also = map => map.square(), TraceAlso = (graph, map) => graph.Node("Mul", [map, map]) });

    [TestMethod]
    public void Node_OperatorThatIsNotKnown_IsRefused()
    {
        using var scope = NewDisposeScope();
        var graph = new NetworkGraph(zeros(2, 3, 4, 4));
        StringAssert.Contains(Assert.ThrowsExactly<NotSupportedException>(() => graph.Node("LSTM", [graph.Input])).Message, "The operator 'LSTM' is not known");
        StringAssert.Contains(
            Assert.ThrowsExactly<NotSupportedException>(() => graph.Node("MaxPool", [graph.Input], ("kernel_shape", (long[])[2, 2]), ("pads", (long[])[1, 1, 0, 0]))).Message,
            "The operator 'MaxPool' is padded by [1, 1, 0, 0]: expected as much above as below");
        // What ONNX Runtime takes for a network's own numbers must be that: a value of another graph is none.
        Assert.Throws<Exception>(() => graph.Node("Add", [graph.Input, graph.Constant(zeros(7))]));
    }

    private static void CheckTraced(OwnNetwork network)
    {
        using (network)
        {
            using var scope = NewDisposeScope();
            network.eval();
            var traced = TracedNetwork.Of(network, Normalization, 12, 10);
            // Another number of other images, by the graph alone.
            Tensor pixels = rand(5, 3, 12, 10) * 255, expected, found = zeros(1);
            using (no_grad())
            {
                expected = network.Compute(Normalization.Apply(pixels)).Logits.softmax(1);
            }

            GraphOperators.Compute(traced.Graph, pixels, (value, numbers) => found = value == traced.Scores ? numbers.clone().MoveToOuterDisposeScope() : found);
            Assert.IsTrue(found.allclose(expected, 1e-4, 1e-5), $"{found} {expected}");
        }
    }

    private sealed class OwnNetwork : FeatureNetwork
    {
        private readonly nn.Module<Tensor, Tensor>[] _parts;
        private readonly nn.Module<Tensor, Tensor> _classifier = nn.Linear(8, 4);

        public OwnNetwork(params nn.Module<Tensor, Tensor>[] parts)
            : base("own-traced", 4, 3)
        {
            _parts = parts;
            foreach ((int i, nn.Module part) in parts.Index())
            {
                register_module(Invariant($"part{i}"), part);
            }

            register_module("classifier", _classifier);
        }

        public Func<Tensor, Tensor>? Also { get; init; }

        public Func<NetworkGraph, GraphValue, GraphValue>? TraceAlso { get; init; }

        public override int FeatureSize => 8;

        public override NetworkOutput Compute(Tensor input)
        {
            using var scope = NewDisposeScope();
            Tensor map = _parts.Aggregate(input, (value, part) => part.call(value));
            map = Also?.Invoke(map) ?? map;
            Tensor features = map.mean([2L, 3L]);
            return new NetworkOutput([map], features, _classifier.call(features)).MoveToOuterDisposeScope();
        }

        public override (GraphValue Features, GraphValue Logits) Trace(NetworkGraph graph, GraphValue input)
        {
            if (TraceAlso is null)
            {
                return base.Trace(graph, input);
            }

            GraphValue map = TraceAlso(graph, _parts.Aggregate(input, (value, part) => graph.Module(part, value)));
            GraphValue features = graph.Node("Flatten", [graph.Node("GlobalAveragePool", [map])], ("axis", 1L));
            return (features, graph.Module(_classifier, features));
        }
    }

    private sealed class Doubling() : nn.Module<Tensor, Tensor>(nameof(Doubling)), IGraphModule
    {
        public override Tensor forward(Tensor input) => input + input;

        public GraphValue Trace(NetworkGraph graph, GraphValue input) => graph.Node("Add", [input, input]);
    }
}
