using TorchSharp.Modules;
using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>
/// A convolution and the batch norm that alone reads its map. In a network that learns no more, both are one convolution.
/// </summary>
internal sealed class NormalizedConvolution : nn.Module<Tensor, Tensor>, IGraphModule
{
    /// <summary>What PyTorch's batch norm adds to a variance, where nothing else is said.</summary>
    public const double NormEps = 1e-5;

    // No fields of their own: TorchSharp would register those once more, under the fields' names.
    private readonly (Conv2d Convolution, BatchNorm2d Norm) _layers;
    private bool _folded;

    /// <param name="convolutionName">The convolution's name in the module around.</param>
    /// <param name="normName">The norm's name there.</param>
    /// <param name="convolution">The convolution.</param>
    /// <param name="eps">What the norm adds to a variance.</param>
    /// <param name="momentum">The share of a batch in the norm's statistics.</param>
    public NormalizedConvolution(
        string convolutionName, string normName, Conv2d convolution, double eps = NormEps, double momentum = 0.1)
        : base(nameof(NormalizedConvolution))
    {
        _layers = (convolution, nn.BatchNorm2d(convolution.weight.shape[0], eps, momentum));
        register_module(convolutionName, _layers.Convolution);
        register_module(normName, _layers.Norm);
    }

    /// <summary>
    /// Makes the two one: <c>w' = w gamma / sqrt(variance + eps)</c>, <c>b' = beta + (b - mean) gamma / sqrt(variance + eps)</c>. There is
    /// no way back.
    /// </summary>
    public void Fold()
    {
        if (_folded)
        {
            return;
        }

        (Conv2d convolution, BatchNorm2d norm) = _layers;
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        Tensor factor = norm.weight!.to(ScalarType.Float64) / (norm.running_var!.to(ScalarType.Float64) + norm.eps).sqrt();
        Tensor shift = convolution.bias is { } bias ? bias - norm.running_mean! : -norm.running_mean!;
        Tensor offset = (norm.bias! + (shift * factor)).to(convolution.weight.dtype);
        Tensor weight = (convolution.weight * factor.view(-1, 1, 1, 1)).to(convolution.weight.dtype);

        // Channels last, like the maps: else every call on few images would first rearrange all weights.
        convolution.weight = new Parameter(weight.ChannelsLast().DetachFromDisposeScope(), requires_grad: false);
        convolution.bias = new Parameter(offset.DetachFromDisposeScope(), requires_grad: false);
        _folded = true;
    }

    public GraphValue Trace(NetworkGraph graph, GraphValue input) => Trace(graph, input, _layers.Convolution.stride);

    /// <summary>Writes it down with another stride.</summary>
    public GraphValue Trace(NetworkGraph graph, GraphValue input, params long[] stride)
    {
        GraphValue map = KnownModules.Convolution(graph, _layers.Convolution, input, stride);
        return _folded ? map : graph.Module(_layers.Norm, map);
    }

    public override Tensor forward(Tensor input)
    {
        if (_folded)
        {
            return _layers.Convolution.call(input);
        }

        using Tensor map = _layers.Convolution.call(input);
        return _layers.Norm.call(map);
    }
}
