using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>A residual block of three convolutions, the middle one narrow and of the block's stride (He et al., 2016).</summary>
internal sealed class BottleneckBlock : RectifiedBlock
{
    /// <summary>The block's channels for each of the middle convolution.</summary>
    public const int Expansion = 4;

    private readonly NormalizedConvolution _conv1;
    private readonly NormalizedConvolution _conv2;
    private readonly NormalizedConvolution _conv3;
    private readonly Part? _shortcut;

    /// <param name="shortcutName">The shortcut's name in the block.</param>
    /// <param name="input">The channels taken.</param>
    /// <param name="output">The channels given.</param>
    /// <param name="stride">The stride.</param>
    public BottleneckBlock(string shortcutName, int input, int output, int stride)
        : base(nameof(BottleneckBlock))
    {
        int width = output / Expansion;
        _conv1 = new NormalizedConvolution("conv1", "bn1", nn.Conv2d(input, width, 1, bias: false));
        _conv2 = new NormalizedConvolution("conv2", "bn2", nn.Conv2d(width, width, 3, stride: stride, padding: 1, bias: false));
        _conv3 = new NormalizedConvolution("conv3", "bn3", nn.Conv2d(width, output, 1, bias: false));
        register_module("conv1", _conv1);
        register_module("conv2", _conv2);
        register_module("conv3", _conv3);
        _shortcut = Shortcut.Register(this, shortcutName, input, output, stride);
    }

    public override Tensor BeforeRectifier(Tensor input)
    {
        using var scope = NewDisposeScope();
        Tensor inner = _conv2.call(_conv1.call(input).relu_()).relu_();
        Tensor output = _conv3.call(inner);
        return output.add_(_shortcut?.Call(input) ?? input, LiveScalar.One).MoveToOuterDisposeScope();
    }

    protected override GraphValue TraceBeforeRectifier(NetworkGraph graph, GraphValue input)
    {
        GraphValue inner = graph.Relu(_conv2.Trace(graph, graph.Relu(_conv1.Trace(graph, input))));
        return graph.Add(_conv3.Trace(graph, inner), _shortcut?.Trace(graph, input) ?? input);
    }
}
