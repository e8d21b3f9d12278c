using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>A residual block's way past its convolutions, where the map changes its shape: a 1x1 convolution with its norm.</summary>
internal sealed class Shortcut : nn.Module<Tensor, Tensor>, IGraphModule
{
    // No field of its own: TorchSharp would register it once more, under the field's name.
    private readonly (NormalizedConvolution Convolution, int Stride) _layers;

    private Shortcut(int input, int output, int stride)
        : base(nameof(Shortcut))
    {
        _layers = (new NormalizedConvolution("0", "1", nn.Conv2d(input, output, 1, bias: false)), stride);
        register_module("0", _layers.Convolution);
    }

    /// <summary>Makes a block's shortcut, under a name in the block; null: the block needs none.</summary>
    public static Part? Register(nn.Module block, string name, int input, int output, int stride)
    {
        if (stride == 1 && input == output)
        {
            return null;
        }

        var shortcut = new Shortcut(input, output, stride);
        block.register_module(name, shortcut);
        return new Part(shortcut);
    }

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        return _layers.Convolution.call(Strided(input)).MoveToOuterDisposeScope();
    }

    public GraphValue Trace(NetworkGraph graph, GraphValue input) => _layers.Convolution.Trace(graph, input, _layers.Stride, _layers.Stride);

    // A 1x1 convolution of stride 2 sees every other pixel. Taken beforehand it is the same function; the gradient of libtorch 2.10's own
    // ends the process (a division by zero in its CPU kernels, seen with 512 to 1,024 channels).
    private Tensor Strided(Tensor map) => _layers.Stride == 1 ? map
        : map[.., .., TensorIndex.Slice(step: _layers.Stride), TensorIndex.Slice(step: _layers.Stride)].contiguous();
}
