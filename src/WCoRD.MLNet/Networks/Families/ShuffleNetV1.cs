using TorchSharp.Modules;
using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>ShuffleNet (Zhang et al., 2018) for small images, of 3 groups, as RepDistiller has it.</summary>
/// <remarks>Stage maps: after the stem and after each stage, all past their rectifier.</remarks>
internal sealed class ShuffleNetV1 : FeatureNetwork
{
    private const int Groups = 3;
    private const int Stem = 24;
    private static readonly (int Channels, int Blocks)[] Stages = [(240, 4), (480, 8), (960, 4)];

    private readonly NormalizedConvolution _conv1;
    private readonly Sequential[] _stages;
    private readonly Linear _classifier;

    /// <summary>Creates a network.</summary>
    /// <param name="name">Its name in the catalog.</param>
    /// <param name="classes">The number of classes.</param>
    /// <param name="inputChannels">The number of input channels.</param>
    /// <param name="generator">Source of the weights; null: the global one.</param>
    public ShuffleNetV1(string name, int classes, int inputChannels, Generator? generator)
        : base(name, classes, inputChannels)
    {
        _conv1 = new NormalizedConvolution("conv1", "bn1", nn.Conv2d(inputChannels, Stem, 1, bias: false));
        register_module("conv1", _conv1);
        _stages = RegisterStages(
            Stem,
            Stages,
            (input, output, _, block) =>
                new Block(input, output, isFirst: block == 0, firstGroups: input == Stem ? 1 : Groups));
        _classifier = nn.Linear(FeatureSize, classes);
        register_module("linear", _classifier);
        WeightInitialization.TorchDefault(this, generator);
    }

    /// <inheritdoc/>
    public override int FeatureSize => Stages[^1].Channels;

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

    /// <summary>A residual block; the first of a stage halves the map and puts its input beside its output instead of adding it.</summary>
    private sealed class Block : RectifiedBlock
    {
        private readonly NormalizedConvolution _conv1;
        private readonly NormalizedConvolution _conv2;
        private readonly NormalizedConvolution _conv3;
        private readonly int _firstGroups;
        private readonly bool _isFirst;

        public Block(int input, int output, bool isFirst, int firstGroups)
            : base(nameof(Block))
        {
            int own = isFirst ? output - input : output;
            int middle = own / 4;
            _isFirst = isFirst;
            _firstGroups = firstGroups;
            _conv1 = new NormalizedConvolution("conv1", "bn1", nn.Conv2d(input, middle, 1, groups: firstGroups, bias: false));
            _conv2 = new NormalizedConvolution(
                "conv2",
                "bn2",
                nn.Conv2d(middle, middle, 3, stride: isFirst ? 2 : 1, padding: 1, groups: middle, bias: false));
            _conv3 = new NormalizedConvolution("conv3", "bn3", nn.Conv2d(middle, own, 1, groups: Groups, bias: false));
            register_module("conv1", _conv1);
            register_module("conv2", _conv2);
            register_module("conv3", _conv3);
        }

        public override Tensor BeforeRectifier(Tensor input)
        {
            using var scope = NewDisposeScope();
            Tensor inner = _conv1.call(input).relu_().Shuffle(_firstGroups);
            Tensor output = _conv3.call(_conv2.call(inner).relu_());
            output = _isFirst
                ? cat([output, nn.functional.avg_pool2d(input, 3, stride: 2, padding: 1)], 1)
                : output.add_(input, LiveScalar.One);
            return output.MoveToOuterDisposeScope();
        }

        protected override GraphValue TraceBeforeRectifier(NetworkGraph graph, GraphValue input)
        {
            GraphValue inner = graph.Shuffle(graph.Relu(_conv1.Trace(graph, input)), _firstGroups);
            GraphValue output = _conv3.Trace(graph, graph.Relu(_conv2.Trace(graph, inner)));
            return _isFirst ? graph.Concat(output, TracePool(graph, input)) : graph.Add(output, input);
        }

        private static GraphValue TracePool(NetworkGraph graph, GraphValue input) => graph.Node(
            "AveragePool",
            [input],
            ("kernel_shape", (long[])[3, 3]),
            ("strides", (long[])[2, 2]),
            ("pads", (long[])[1, 1, 1, 1]),
            ("count_include_pad", 1L));
    }
}
