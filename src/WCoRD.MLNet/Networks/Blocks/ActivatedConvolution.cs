using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>A convolution, its batch norm and an activation, named 0 and 1 as torchvision has them.</summary>
internal sealed class ActivatedConvolution : nn.Module<Tensor, Tensor>, IGraphModule
{
    private readonly Part _convolution;
    private readonly Activation? _activation;

    /// <param name="input">The channels taken.</param>
    /// <param name="output">The channels given.</param>
    /// <param name="kernel">The kernel's side.</param>
    /// <param name="stride">The stride.</param>
    /// <param name="norm">The norm's numbers.</param>
    /// <param name="activation">Null: none.</param>
    /// <param name="channelwise">Whether each channel is convolved by itself.</param>
    public ActivatedConvolution(
        int input,
        int output,
        int kernel,
        int stride,
        (double Eps, double Momentum) norm,
        Activation? activation,
        bool channelwise = false)
        : base(nameof(ActivatedConvolution))
    {
        _activation = activation;
        var convolution = new NormalizedConvolution(
            "0",
            "1",
            nn.Conv2d(input, output, kernel, stride: stride, padding: kernel / 2, groups: channelwise ? input : 1, bias: false),
            norm.Eps,
            norm.Momentum);
        register_module("0", convolution);
        _convolution = new Part(convolution);
    }

    public override Tensor forward(Tensor input)
    {
        Tensor map = _convolution.Call(input);
        return _activation is null ? map : _activation.Apply(map);
    }

    public GraphValue Trace(NetworkGraph graph, GraphValue input)
    {
        GraphValue map = _convolution.Trace(graph, input);
        return _activation?.Trace(graph, map) ?? map;
    }
}
