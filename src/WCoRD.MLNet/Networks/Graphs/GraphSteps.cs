using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>The operations that networks share.</summary>
internal static class GraphSteps
{
    public static GraphValue Relu(this NetworkGraph graph, GraphValue input) => graph.Node("Relu", [input]);

    public static GraphValue Add(this NetworkGraph graph, GraphValue left, GraphValue right) => graph.Node("Add", [left, right]);

    public static GraphValue Multiply(this NetworkGraph graph, GraphValue left, GraphValue right) => graph.Node("Mul", [left, right]);

    /// <summary>Puts the channels of two maps behind each other.</summary>
    public static GraphValue Concat(this NetworkGraph graph, GraphValue left, GraphValue right) =>
        graph.Node("Concat", [left, right], ("axis", 1L));

    /// <summary>Some channels of a map.</summary>
    public static GraphValue Channels(this NetworkGraph graph, GraphValue map, long from, long to) =>
        graph.Node("Slice", [map, graph.Constant(from), graph.Constant(to), graph.Constant(1L)]);

    /// <summary>The means of a map's channels, <c>[batch, channels, 1, 1]</c>.</summary>
    public static GraphValue Means(this NetworkGraph graph, GraphValue map) => graph.Node("GlobalAveragePool", [map]);

    /// <summary>Numbers kept within bounds.</summary>
    public static GraphValue Clip(this NetworkGraph graph, GraphValue input, float least, float most) =>
        graph.Node("Clip", [input, graph.Constant(tensor(least)), graph.Constant(tensor(most))]);

    /// <summary>As <see cref="ChannelShuffle"/> does.</summary>
    public static GraphValue Shuffle(this NetworkGraph graph, GraphValue map, int groups)
    {
        (long channels, long height, long width) = (map.Shape[1], map.Shape[2], map.Shape[3]);
        GraphValue dealt = graph.Node("Reshape", [map, graph.Constant(-1, groups, channels / groups, height, width)]);
        dealt = graph.Node("Transpose", [dealt], ("perm", (long[])[0, 2, 1, 3, 4]));
        return graph.Node("Reshape", [dealt, graph.Constant(-1, channels, height, width)]);
    }
}
