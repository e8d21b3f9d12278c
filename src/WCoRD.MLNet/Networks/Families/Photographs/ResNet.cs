using TorchSharp.Modules;
using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>
/// The residual networks for photographs (He et al., 2016), as torchvision has them: a stem that halves the map twice, and four stages.
/// </summary>
/// <remarks>
/// Stage maps: after the stem's convolution (half the image's side) and after each stage (a quarter to a thirty-second), all past their
/// rectifier: one for each resolution, as of the other networks for photographs.
/// </remarks>
internal sealed class ResNet : FeatureNetwork
{
    private const int Stem = 64;

    private readonly NormalizedConvolution _conv1;
    private readonly Sequential[] _stages;
    private readonly Linear _classifier;

    /// <summary>Creates a network.</summary>
    /// <param name="name">Its name in the catalog.</param>
    /// <param name="blocks">The number of blocks of each stage.</param>
    /// <param name="bottleneck">Whether they are bottleneck blocks, not basic ones.</param>
    /// <param name="classes">The number of classes.</param>
    /// <param name="inputChannels">The number of input channels.</param>
    /// <param name="generator">Source of the weights; null: the global one.</param>
    public ResNet(string name, int[] blocks, bool bottleneck, int classes, int inputChannels, Generator? generator)
        : base(name, classes, inputChannels)
    {
        _conv1 = new NormalizedConvolution("conv1", "bn1", nn.Conv2d(inputChannels, Stem, 7, stride: 2, padding: 3, bias: false));
        register_module("conv1", _conv1);
        int expansion = bottleneck ? BottleneckBlock.Expansion : 1;
        (int Channels, int Blocks)[] stages = [.. blocks.Select((count, stage) => ((Stem << stage) * expansion, count))];
        _stages = RegisterStages(Stem, stages, (input, output, stage, block) =>
        {
            int stride = block == 0 && stage > 0 ? 2 : 1;
            return bottleneck ? new BottleneckBlock("downsample", input, output, stride) : new BasicBlock(input, output, stride);
        });
        FeatureSize = stages[^1].Channels;
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
        Tensor pooled = nn.functional.max_pool2d(stem, 3, stride: 2, padding: 1);
        NetworkOutput output = ComputeStages(pooled, _stages, map => map, _classifier);
        return new NetworkOutput([stem, .. output.StageMaps.Skip(1)], output.Features, output.Logits)
        {
            PreActivations = [stem, .. output.PreActivations.Skip(1)],
        }.MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override (GraphValue Features, GraphValue Logits) Trace(NetworkGraph graph, GraphValue input)
    {
        GraphValue stem = graph.Relu(_conv1.Trace(graph, input));
        GraphValue pooled = graph.Node(
            "MaxPool", [stem], ("kernel_shape", (long[])[3, 3]), ("strides", (long[])[2, 2]), ("pads", (long[])[1, 1, 1, 1]));
        return TraceClassifier(graph, TraceStages(graph, pooled, _stages), _classifier);
    }
}
