using TorchSharp.Modules;
using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>ShuffleNet V2 (Ma et al., 2018) for small images, of size 1, as RepDistiller has it.</summary>
/// <remarks>Stage maps: after the stem and after each stage, all past their rectifier.</remarks>
internal sealed class ShuffleNetV2 : FeatureNetwork
{
    private const int Stem = 24;
    private static readonly (int Channels, int Blocks)[] Stages = [(116, 4), (232, 8), (464, 4)];

    private readonly NormalizedConvolution _conv1;
    private readonly Sequential[] _stages;
    private readonly NormalizedConvolution _conv2;
    private readonly Linear _classifier;

    /// <summary>Creates a network.</summary>
    /// <param name="name">Its name in the catalog.</param>
    /// <param name="classes">The number of classes.</param>
    /// <param name="inputChannels">The number of input channels.</param>
    /// <param name="generator">Source of the weights; null: the global one.</param>
    public ShuffleNetV2(string name, int classes, int inputChannels, Generator? generator)
        : base(name, classes, inputChannels)
    {
        _conv1 = new NormalizedConvolution("conv1", "bn1", nn.Conv2d(inputChannels, Stem, 1, bias: false));
        register_module("conv1", _conv1);
        _stages = RegisterStages(Stem, Stages, (input, output, _, block) => block == 0 ? new DownBlock(input, output) : new Block(output));
        _conv2 = new NormalizedConvolution("conv2", "bn2", nn.Conv2d(Stages[^1].Channels, FeatureSize, 1, bias: false));
        _classifier = nn.Linear(FeatureSize, classes);
        register_module("conv2", _conv2);
        register_module("linear", _classifier);
        WeightInitialization.TorchDefault(this, generator);
    }

    /// <inheritdoc/>
    public override int FeatureSize => 1024;

    /// <inheritdoc/>
    public override NetworkOutput Compute(Tensor input)
    {
        using var scope = NewDisposeScope();
        Tensor stem = _conv1.call(input).relu_();
        return ComputeStages(stem, _stages, map => _conv2.call(map).relu_(), _classifier).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override (GraphValue Features, GraphValue Logits) Trace(NetworkGraph graph, GraphValue input)
    {
        GraphValue map = TraceStages(graph, graph.Relu(_conv1.Trace(graph, input)), _stages);
        return TraceClassifier(graph, graph.Relu(_conv2.Trace(graph, map)), _classifier);
    }

    /// <summary>Half of the channels pass by; the other half is convolved.</summary>
    private sealed class Block : nn.Module<Tensor, Tensor>, IGraphModule
    {
        private readonly Branch _branch;
        private readonly int _half;

        public Block(int channels)
            : base(nameof(Block))
        {
            _half = channels / 2;
            _branch = new Branch(this, first: 1, _half, _half, stride: 1);
        }

        public override Tensor forward(Tensor input)
        {
            using var scope = NewDisposeScope();
            return cat([input.narrow(1, 0, _half), _branch.Apply(input.narrow(1, _half, input.shape[1] - _half))], 1)
                .Shuffle(2)
                .MoveToOuterDisposeScope();
        }

        public GraphValue Trace(NetworkGraph graph, GraphValue input)
        {
            GraphValue convolved = _branch.Trace(graph, graph.Channels(input, _half, input.Shape[1]));
            return graph.Shuffle(graph.Concat(graph.Channels(input, 0, _half), convolved), 2);
        }
    }

    /// <summary>Two branches, both of stride 2, see all channels: the map is halved, its channels are more.</summary>
    private sealed class DownBlock : nn.Module<Tensor, Tensor>, IGraphModule
    {
        private readonly NormalizedConvolution _conv1;
        private readonly NormalizedConvolution _conv2;
        private readonly Branch _branch;

        public DownBlock(int input, int output)
            : base(nameof(DownBlock))
        {
            int half = output / 2;
            _conv1 = new NormalizedConvolution(
                "conv1", "bn1", nn.Conv2d(input, input, 3, stride: 2, padding: 1, groups: input, bias: false));
            _conv2 = new NormalizedConvolution("conv2", "bn2", nn.Conv2d(input, half, 1, bias: false));
            register_module("conv1", _conv1);
            register_module("conv2", _conv2);
            _branch = new Branch(this, first: 3, input, half, stride: 2);
        }

        public override Tensor forward(Tensor input)
        {
            using var scope = NewDisposeScope();
            Tensor left = _conv2.call(_conv1.call(input)).relu_();
            return cat([left, _branch.Apply(input)], 1).Shuffle(2).MoveToOuterDisposeScope();
        }

        public GraphValue Trace(NetworkGraph graph, GraphValue input)
        {
            GraphValue left = graph.Relu(_conv2.Trace(graph, _conv1.Trace(graph, input)));
            return graph.Shuffle(graph.Concat(left, _branch.Trace(graph, input)), 2);
        }
    }

    /// <summary>Three convolutions, the middle one channel by channel, under the names of the block that they belong to.</summary>
    private sealed class Branch
    {
        private readonly NormalizedConvolution[] _layers;

        public Branch(nn.Module block, int first, int input, int output, int stride)
        {
            Conv2d[] convolutions =
            [
                nn.Conv2d(input, output, 1, bias: false),
                nn.Conv2d(output, output, 3, stride: stride, padding: 1, groups: output, bias: false),
                nn.Conv2d(output, output, 1, bias: false),
            ];
            _layers = [.. convolutions.Select((convolution, i) =>
                new NormalizedConvolution(Invariant($"conv{first + i}"), Invariant($"bn{first + i}"), convolution))];
            foreach ((int i, NormalizedConvolution layer) in _layers.Index())
            {
                block.register_module(Invariant($"conv{first + i}"), layer);
            }
        }

        public Tensor Apply(Tensor input)
        {
            Tensor map = _layers[0].call(input).relu_();
            return _layers[2].call(_layers[1].call(map)).relu_();
        }

        public GraphValue Trace(NetworkGraph graph, GraphValue input)
        {
            GraphValue map = graph.Relu(_layers[0].Trace(graph, input));
            return graph.Relu(_layers[2].Trace(graph, _layers[1].Trace(graph, map)));
        }
    }
}
