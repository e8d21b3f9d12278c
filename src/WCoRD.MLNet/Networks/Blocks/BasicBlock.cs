using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>A residual block of two convolutions (He et al., 2016).</summary>
internal sealed class BasicBlock : RectifiedBlock
{
    private readonly NormalizedConvolution _conv1;
    private readonly NormalizedConvolution _conv2;
    private readonly Part? _downsample;

    /// <param name="input">The channels taken.</param>
    /// <param name="output">The channels given.</param>
    /// <param name="stride">The stride.</param>
    public BasicBlock(int input, int output, int stride)
        : base(nameof(BasicBlock))
    {
        _conv1 = new NormalizedConvolution("conv1", "bn1", nn.Conv2d(input, output, 3, stride: stride, padding: 1, bias: false));
        _conv2 = new NormalizedConvolution("conv2", "bn2", nn.Conv2d(output, output, 3, padding: 1, bias: false));
        register_module("conv1", _conv1);
        register_module("conv2", _conv2);
        _downsample = Shortcut.Register(this, "downsample", input, output, stride);
    }

    public override Tensor BeforeRectifier(Tensor input)
    {
        // A scope for each block: without gradient, only one block's maps are alive at a time.
        using var scope = NewDisposeScope();
        Tensor inner = _conv1.call(input).relu_();
        Tensor output = _conv2.call(inner);
        return output.add_(_downsample?.Call(input) ?? input, LiveScalar.One).MoveToOuterDisposeScope();
    }

    protected override GraphValue TraceBeforeRectifier(NetworkGraph graph, GraphValue input)
    {
        GraphValue inner = graph.Relu(_conv1.Trace(graph, input));
        return graph.Add(_conv2.Trace(graph, inner), _downsample?.Trace(graph, input) ?? input);
    }
}
