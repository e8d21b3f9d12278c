using TorchSharp.Modules;
using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>Weighs the channels of a map by what a small network makes of their means (Hu et al., 2018).</summary>
internal sealed class SqueezeExcitation : nn.Module<Tensor, Tensor>, IGraphModule
{
    private readonly (Conv2d Squeeze, Conv2d Excite) _layers;
    private readonly Activation _activation;
    private readonly Activation _gate;

    /// <param name="channels">The map's channels.</param>
    /// <param name="squeezed">The small network's channels.</param>
    /// <param name="activation">Between its two layers.</param>
    /// <param name="gate">From its numbers to weights in [0, 1].</param>
    public SqueezeExcitation(int channels, int squeezed, Activation activation, Activation gate)
        : base(nameof(SqueezeExcitation))
    {
        (_activation, _gate) = (activation, gate);
        _layers = (nn.Conv2d(channels, squeezed, 1), nn.Conv2d(squeezed, channels, 1));
        register_module("fc1", _layers.Squeeze);
        register_module("fc2", _layers.Excite);
    }

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        Tensor means = nn.functional.adaptive_avg_pool2d(input, 1);
        Tensor squeezed = _activation.Apply(_layers.Squeeze.call(means));
        return (input * _gate.Apply(_layers.Excite.call(squeezed))).MoveToOuterDisposeScope();
    }

    public GraphValue Trace(NetworkGraph graph, GraphValue input)
    {
        GraphValue squeezed = _activation.Trace(graph, graph.Module(_layers.Squeeze, graph.Means(input)));
        return graph.Multiply(input, _gate.Trace(graph, graph.Module(_layers.Excite, squeezed)));
    }
}
