using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>Writes a graph's operations into a file, in the numbers that it has.</summary>
/// <param name="file">The file.</param>
internal class OnnxNodes(OnnxBuilder file)
{
    private readonly Dictionary<GraphValue, string> _names = [];

    protected OnnxBuilder File => file;

    /// <summary>The name of a value that was written.</summary>
    public string Name(GraphValue value) => _names[value];

    /// <summary>Writes operations.</summary>
    /// <param name="input">What they begin with.</param>
    /// <param name="name">Its name in the file.</param>
    /// <param name="nodes">The operations, each behind those that it reads.</param>
    public void Write(GraphValue input, string name, IReadOnlyList<GraphNode> nodes)
    {
        _names.Add(input, name);
        foreach (GraphNode node in nodes)
        {
            _names.Add(node.Output, node.Output.Name);
            file.Node(node.Operator, InputsOf(node), node.Output.Name, node.Attributes);
            Written(node);
        }
    }

    /// <summary>The names of what an operation reads; constants are written first.</summary>
    protected virtual IEnumerable<string> InputsOf(GraphNode node) => [.. node.Inputs.Select(Read)];

    /// <summary>Called when an operation has been written.</summary>
    protected virtual void Written(GraphNode node)
    {
    }

    /// <summary>The name of a value; a constant is written when it is first read.</summary>
    protected string Read(GraphValue value)
    {
        if (_names.TryGetValue(value, out string? name))
        {
            return name;
        }

        name = value.Sample.dtype == ScalarType.Int64
            ? file.Tensor(value.Name, OnnxType.Int64, value.Sample.data<long>().ToArray(), value.Sample.shape)
            : file.Tensor(value.Name, OnnxType.Float, value.Sample.data<float>().ToArray(), value.Sample.shape);
        _names.Add(value, name);
        return name;
    }
}
