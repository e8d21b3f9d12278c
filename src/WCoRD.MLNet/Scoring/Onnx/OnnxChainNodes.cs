using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>Writes a network's operations into a chain of ML.NET's.</summary>
/// <param name="chain">The chain.</param>
internal sealed class OnnxChainNodes(OnnxChain chain)
{
    private readonly Dictionary<GraphValue, string> _names = [];

    /// <summary>The chain's name of a value that was written.</summary>
    public string Name(GraphValue value) => _names[value];

    /// <summary>Writes a network.</summary>
    /// <param name="traced">The network.</param>
    /// <param name="pixels">The chain's name of the pixel values, as floats.</param>
    /// <param name="withScores">Whether scores are wanted, not the features alone.</param>
    public void Write(TracedNetwork traced, string pixels, bool withScores)
    {
        _names.Add(traced.Graph.Input, pixels);
        foreach (GraphNode node in traced.Graph.NodesFor(withScores ? [traced.Features, traced.Scores] : [traced.Features]))
        {
            string[] inputs = [.. node.Inputs.Select(Read)];
            _names.Add(node.Output, chain.Node(node.Operator, inputs, node.Attributes));
        }
    }

    private string Read(GraphValue value)
    {
        if (_names.TryGetValue(value, out string? name))
        {
            return name;
        }

        Tensor constant = value.Sample;
        name = constant.dtype == ScalarType.Int64
            ? chain.Constant(constant.data<long>().ToArray(), constant.shape)
            : chain.Constant(constant.data<float>().ToArray(), constant.shape);
        _names.Add(value, name);
        return name;
    }
}
