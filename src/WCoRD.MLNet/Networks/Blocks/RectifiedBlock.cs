using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>A block of a network that ends with a rectifier.</summary>
internal abstract class RectifiedBlock(string name) : nn.Module<Tensor, Tensor>(name), IGraphModule
{
    /// <summary>The block's map before its last rectifier; a tensor of its own, that may be changed in place.</summary>
    public abstract Tensor BeforeRectifier(Tensor input);

    public override Tensor forward(Tensor input) => BeforeRectifier(input).relu_();

    public GraphValue Trace(NetworkGraph graph, GraphValue input) => graph.Relu(TraceBeforeRectifier(graph, input));

    /// <summary>Writes down <see cref="BeforeRectifier"/>.</summary>
    protected abstract GraphValue TraceBeforeRectifier(NetworkGraph graph, GraphValue input);
}
