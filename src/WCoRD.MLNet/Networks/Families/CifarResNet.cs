using TorchSharp.Modules;
using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>
/// The residual networks for small images (He et al., 2016, section 4.2), as RepDistiller has them: a stem and three stages of basic
/// blocks.
/// </summary>
/// <remarks>
/// Depth is 6n+2 for n blocks a stage. Stage maps: after the stem and after each stage, all past their rectifier.
/// The average pool adapts to the image size; at 32x32 it is the reference's 8x8 pool.
/// </remarks>
internal sealed class CifarResNet : FeatureNetwork
{
    private readonly NormalizedConvolution _conv1;
    private readonly Sequential[] _stages;
    private readonly Linear _classifier;

    /// <summary>Creates a network.</summary>
    /// <param name="name">Its name in the catalog.</param>
    /// <param name="depth">6n+2.</param>
    /// <param name="widths">Channels of the stem and of the three stages.</param>
    /// <param name="classes">The number of classes.</param>
    /// <param name="inputChannels">The number of input channels.</param>
    /// <param name="generator">Source of the weights; null: the global one.</param>
    public CifarResNet(string name, int depth, int[] widths, int classes, int inputChannels, Generator? generator)
        : base(name, classes, inputChannels)
    {
        int blocks = (depth - 2) / 6;
        _conv1 = new NormalizedConvolution("conv1", "bn1", nn.Conv2d(inputChannels, widths[0], 3, padding: 1, bias: false));
        register_module("conv1", _conv1);
        _stages = RegisterStages(
            widths[0],
            [.. widths.Skip(1).Select(width => (width, blocks))],
            (input, output, stage, block) => new BasicBlock(input, output, stride: block == 0 && stage > 0 ? 2 : 1));
        FeatureSize = widths[^1];
        _classifier = nn.Linear(FeatureSize, classes);
        register_module("fc", _classifier);
        WeightInitialization.Convolutions(this, generator);
        WeightInitialization.TorchDefault(_classifier, generator);
    }

    /// <inheritdoc/>
    public override int FeatureSize { get; }

    /// <inheritdoc/>
    public override NetworkOutput Compute(Tensor input)
    {
        using var scope = NewDisposeScope();
        Tensor stem = _conv1.call(input).relu_();
        return ComputeStages(stem, _stages, map => map, _classifier).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override (GraphValue Features, GraphValue Logits) Trace(NetworkGraph graph, GraphValue input) =>
        TraceClassifier(graph, TraceStages(graph, graph.Relu(_conv1.Trace(graph, input)), _stages), _classifier);
}
