using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>
/// A block that is wide within: channels are widened, convolved each by itself, weighed where it has an excitation, and narrowed without an
/// activation (Sandler et al., 2018; Howard et al., 2019).
/// </summary>
internal sealed class InvertedResidual : nn.Module<Tensor, Tensor>, IGraphModule
{
    private readonly nn.Module<Tensor, Tensor>[] _layers;
    private readonly Part? _drop;
    private readonly bool _addsInput;

    /// <param name="recipe">The network's recipe.</param>
    /// <param name="input">The channels taken.</param>
    /// <param name="shape">The block's shape.</param>
    /// <param name="dropRate">The share of examples that pass the block by while it learns.</param>
    public InvertedResidual(InvertedRecipe recipe, int input, InvertedShape shape, double dropRate)
        : base(nameof(InvertedResidual))
    {
        Halves = shape.Stride > 1;
        _addsInput = shape.Stride == 1 && input == shape.Output;
        List<nn.Module<Tensor, Tensor>> layers = [];
        Activation activation = shape.Activation ?? recipe.Activation;
        if (shape.Inner != input)
        {
            layers.Add(new ActivatedConvolution(input, shape.Inner, 1, 1, recipe.Norm, activation));
        }

        layers.Add(new ActivatedConvolution(
            shape.Inner, shape.Inner, shape.Kernel, shape.Stride, recipe.Norm, activation, channelwise: true));
        if (shape.Squeezed > 0)
        {
            layers.Add(new SqueezeExcitation(shape.Inner, shape.Squeezed, recipe.SqueezeActivation, recipe.Gate));
        }

        // MobileNetV2's last convolution and norm stand in the row of layers by themselves.
        int last = layers.Count;
        layers.Add(recipe.BareProjection
            ? new NormalizedConvolution(
                Invariant($"{last}"), Invariant($"{last + 1}"), nn.Conv2d(shape.Inner, shape.Output, 1, bias: false))
            : new ActivatedConvolution(shape.Inner, shape.Output, 1, 1, recipe.Norm, activation: null));
        _layers = [.. layers];
        register_module(recipe.BlockName, nn.Sequential(_layers));
        if (_addsInput && dropRate > 0)
        {
            var drop = new SeededDropout(dropRate, wholeExamples: true);
            register_module("stochastic_depth", drop);
            _drop = new Part(drop);
        }
    }

    /// <summary>Whether it halves the map's side.</summary>
    public bool Halves { get; }

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        Tensor map = input;
        foreach (nn.Module<Tensor, Tensor> layer in _layers)
        {
            map = layer.call(map);
        }

        map = _drop?.Call(map) ?? map;
        return (_addsInput ? map.add_(input, LiveScalar.One) : map).MoveToOuterDisposeScope();
    }

    public GraphValue Trace(NetworkGraph graph, GraphValue input)
    {
        GraphValue map = _layers.Aggregate(input, (value, layer) => graph.Module(layer, value));
        return _addsInput ? graph.Add(map, input) : map;
    }
}
