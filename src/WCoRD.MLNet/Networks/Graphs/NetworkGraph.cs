using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>
/// A network that learns no more, as a list of ONNX's operations. It is computed for a sample while it is written, so that shapes are known
/// and what was written can be compared with the network.
/// </summary>
/// <remarks>
/// A graph is made by the library, which hands it to <see cref="FeatureNetwork.Trace"/> and <see cref="IGraphModule.Trace"/>. What is
/// written is the same function for any number of images. Operators: those of ONNX's opset 11 that <see cref="Node"/> lists.
/// </remarks>
public sealed class NetworkGraph
{
    private readonly List<GraphNode> _nodes = [];
    private readonly List<GraphValue> _constants = [];

    /// <param name="sample">A batch of images, normalised.</param>
    internal NetworkGraph(Tensor sample) => Input = new GraphValue("input", sample);

    /// <summary>The normalised images.</summary>
    internal GraphValue Input { get; }

    /// <summary>The operations, each behind those that it reads.</summary>
    internal IReadOnlyList<GraphNode> Nodes => _nodes;

    /// <summary>The weights and other constants.</summary>
    internal IReadOnlyList<GraphValue> Constants => _constants;

    /// <summary>The operations without which some values cannot be given.</summary>
    internal IReadOnlyList<GraphNode> NodesFor(IEnumerable<GraphValue> values)
    {
        HashSet<GraphValue> needed = [.. values];
        List<GraphNode> kept = [];
        foreach (GraphNode node in _nodes.AsEnumerable().Reverse().Where(node => needed.Contains(node.Output)))
        {
            kept.Add(node);
            needed.UnionWith(node.Inputs);
        }

        kept.Reverse();
        return kept;
    }

    /// <summary>The constants that one of some operations alone reads, so that they can be changed for it.</summary>
    internal IReadOnlySet<GraphValue> ConstantsReadOnce(IReadOnlyList<GraphNode> nodes)
    {
        HashSet<GraphValue> once =
            [.. nodes.SelectMany(node => node.Inputs).CountBy(input => input).Where(count => count.Value == 1).Select(count => count.Key)];
        once.IntersectWith(_constants);
        return once;
    }

    /// <summary>Writes down what a module computes.</summary>
    /// <param name="module">One of TorchSharp's modules that are known here, or an <see cref="IGraphModule"/>.</param>
    /// <param name="input">What it reads.</param>
    /// <returns>What it gives.</returns>
    /// <exception cref="NotSupportedException">The module is not known; the message says what to do.</exception>
    public GraphValue Module(nn.Module module, GraphValue input)
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(input);
        return module is IGraphModule own ? own.Trace(this, input) : KnownModules.Trace(this, module, input);
    }

    /// <summary>Writes down an operation.</summary>
    /// <param name="op">Add, AveragePool, BatchNormalization, Clip, Concat, Conv, Elu, Erf, Flatten, Gemm, GlobalAveragePool, HardSigmoid,
    /// Identity, LeakyRelu, MaxPool, Mul, PRelu, Relu, Reshape, Sigmoid, Slice, Softmax, Tanh or Transpose, as ONNX's opset 11 has them.
    /// </param>
    /// <param name="inputs">What it reads, in ONNX's order.</param>
    /// <param name="attributes">Its attributes by ONNX's names: <see cref="long"/>, <see cref="float"/> or an array of
    /// <see cref="long"/>.</param>
    /// <returns>What it gives.</returns>
    /// <exception cref="NotSupportedException">The operator is none of these.</exception>
    public GraphValue Node(string op, IReadOnlyList<GraphValue> inputs, params (string Name, object Value)[] attributes)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        var node = new GraphNode(op, inputs, new GraphValue(Invariant($"{op}_{_nodes.Count}"), Input.Sample), attributes);
        Tensor sample = GraphOperators.Compute(node, [.. inputs.Select(input => input.Sample)]);
        node = node with { Output = new GraphValue(node.Output.Name, sample) };
        _nodes.Add(node);
        return node.Output;
    }

    /// <summary>Adds numbers that do not change.</summary>
    /// <param name="value">float32 or int64; copied.</param>
    public GraphValue Constant(Tensor value)
    {
        ArgumentNullException.ThrowIfNull(value);
        var constant = new GraphValue(Invariant($"constant_{_constants.Count}"), value.detach().cpu().contiguous().clone());
        _constants.Add(constant);
        return constant;
    }

    /// <summary>Adds whole numbers that do not change, as a shape.</summary>
    public GraphValue Constant(params long[] values) => Constant(tensor(values));
}
