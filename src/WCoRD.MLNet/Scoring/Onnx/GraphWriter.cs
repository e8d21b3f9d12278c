namespace WCoRD.MLNet;

/// <summary>Writes a network's operations to where values are known by names.</summary>
internal abstract class GraphWriter
{
    private readonly Dictionary<GraphValue, string> _names = [];

    /// <summary>The name of a value that was written.</summary>
    public string Name(GraphValue value) => _names[value];

    /// <summary>Writes a network.</summary>
    /// <param name="traced">The network.</param>
    /// <param name="pixels">The name of the pixel values, as floats.</param>
    /// <param name="withScores">Whether scores are wanted, not the features alone.</param>
    public void Write(TracedNetwork traced, string pixels, bool withScores)
    {
        _names.Add(traced.Graph.Input, pixels);
        foreach (GraphNode node in traced.NodesFor(withScores))
        {
            _names.Add(node.Output, WriteNode(node, InputsOf(node)));
        }
    }

    /// <summary>The names of what an operation reads; constants are written first.</summary>
    protected virtual string[] InputsOf(GraphNode node) => [.. node.Inputs.Select(Read)];

    /// <returns>The name of what the operation gives.</returns>
    protected abstract string WriteNode(GraphNode node, string[] inputs);

    /// <returns>The name of the constant.</returns>
    protected abstract string WriteConstant(GraphValue constant);

    /// <summary>The name of a value; a constant is written when it is first read.</summary>
    protected string Read(GraphValue value)
    {
        if (!_names.TryGetValue(value, out string? name))
        {
            _names.Add(value, name = WriteConstant(value));
        }

        return name;
    }
}
