namespace WCoRD.MLNet;

/// <summary>Which values of a network are numbers of eight bits when it is quantised.</summary>
internal static class QuantizedValues
{
    /// <summary>Operators that hand their input's numbers on: what they give has its range.</summary>
    public static IReadOnlySet<string> Moving { get; } = new HashSet<string> { "Flatten", "Identity", "MaxPool", "Reshape", "Slice", "Transpose" };

    /// <summary>
    /// All behind the normalised pixels but what only a rectifier reads, which is one with the operation before it, and the scores, of
    /// which the largest counts.
    /// </summary>
    /// <param name="traced">The network.</param>
    /// <param name="nodes">The operations that are written.</param>
    public static IReadOnlySet<GraphValue> Of(TracedNetwork traced, IReadOnlyList<GraphNode> nodes)
    {
        ILookup<GraphValue, GraphNode> readers = nodes
            .SelectMany(node => node.Inputs.Select(input => (input, node)))
            .ToLookup(pair => pair.input, pair => pair.node);
        return nodes.Select(node => node.Output)
            .SkipWhile(value => value != traced.Normalized)
            .Where(value => value != traced.Logits && value != traced.Scores)
            .Where(value => readers[value].Any() && !readers[value].All(reader => reader.Operator is "Relu" or "Clip"))
            .ToHashSet();
    }
}
