using TorchSharp.Modules;
using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>
/// The residual networks of bottleneck blocks (He et al., 2016) with a stem for small images, as RepDistiller has ResNet50.
/// </summary>
/// <remarks>Stage maps: after the stem and after each of the four stages, all past their rectifier.</remarks>
internal sealed class BottleneckResNet : FeatureNetwork
{
    private const int Stem = 64;

    private readonly NormalizedConvolution _conv1;
    private readonly Sequential[] _stages;
    private readonly Linear _classifier;

    /// <summary>Creates a network.</summary>
    /// <param name="name">Its name in the catalog.</param>
    /// <param name="blocks">The number of blocks of each stage.</param>
    /// <param name="classes">The number of classes.</param>
    /// <param name="inputChannels">The number of input channels.</param>
    /// <param name="generator">Source of the weights; null: the global one.</param>
    public BottleneckResNet(string name, int[] blocks, int classes, int inputChannels, Generator? generator)
        : base(name, classes, inputChannels)
    {
        _conv1 = new NormalizedConvolution("conv1", "bn1", nn.Conv2d(inputChannels, Stem, 3, padding: 1, bias: false));
        register_module("conv1", _conv1);
        (int Channels, int Blocks)[] stages = [.. blocks.Select((count, stage) => ((Stem << stage) * BottleneckBlock.Expansion, count))];
        _stages = RegisterStages(
            Stem,
            stages,
            (input, output, stage, block) =>
                new BottleneckBlock("shortcut", input, output, stride: block == 0 && stage > 0 ? 2 : 1));
        FeatureSize = stages[^1].Channels;
        _classifier = nn.Linear(FeatureSize, classes);
        register_module("linear", _classifier);
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
