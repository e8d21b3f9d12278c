using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>A function of single numbers between two layers.</summary>
/// <param name="Apply">Computes it; may change its input.</param>
/// <param name="Trace">Writes it down.</param>
internal sealed record Activation(Func<Tensor, Tensor> Apply, Func<NetworkGraph, GraphValue, GraphValue> Trace)
{
    public static Activation Relu { get; } = new(map => map.relu_(), (graph, map) => graph.Relu(map));

    public static Activation Relu6 { get; } = new(map => map.relu6_(), (graph, map) => graph.Clip(map, 0, 6));

    public static Activation Sigmoid { get; } = new(map => map.sigmoid(), (graph, map) => graph.Node("Sigmoid", [map]));

    public static Activation Silu { get; } = new(
        map => map.silu_(), (graph, map) => graph.Multiply(map, graph.Node("Sigmoid", [map])));

    public static Activation Hardsigmoid { get; } = new(map => nn.functional.hardsigmoid(map), TraceHardsigmoid);

    public static Activation Hardswish { get; } = new(
        map => map.hardswish_(), (graph, map) => graph.Multiply(map, TraceHardsigmoid(graph, map)));

    private static GraphValue TraceHardsigmoid(NetworkGraph graph, GraphValue map) =>
        graph.Node("HardSigmoid", [map], ("alpha", 1 / 6f), ("beta", 0.5f));
}
