using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>A residual block's way past its convolutions, where the map changes its shape: a 1x1 convolution with its norm.</summary>
internal sealed class Shortcut : nn.Module<Tensor, Tensor>
{
    // No module: TorchSharp registers a part's fields once more, under the fields' names.
    private readonly Func<Tensor, Tensor> _convolution;
    private readonly int _stride;

    private Shortcut(int input, int output, int stride)
        : base(nameof(Shortcut))
    {
        _stride = stride;
        var convolution = new NormalizedConvolution("0", "1", nn.Conv2d(input, output, 1, bias: false));
        register_module("0", convolution);
        _convolution = convolution.call;
    }

    /// <summary>Makes a block's shortcut, under a name in the block; null: the block needs none.</summary>
    public static Func<Tensor, Tensor>? Register(nn.Module block, string name, int input, int output, int stride)
    {
        if (stride == 1 && input == output)
        {
            return null;
        }

        var shortcut = new Shortcut(input, output, stride);
        block.register_module(name, shortcut);
        return shortcut.call;
    }

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        return _convolution(Strided(input)).MoveToOuterDisposeScope();
    }

    // A 1x1 convolution of stride 2 sees every other pixel. Taken beforehand it is the same function; the gradient of libtorch 2.10's own
    // ends the process (a division by zero in its CPU kernels, seen with 512 to 1,024 channels).
    private Tensor Strided(Tensor map) =>
        _stride == 1 ? map : map[.., .., TensorIndex.Slice(step: _stride), TensorIndex.Slice(step: _stride)].contiguous();
}
