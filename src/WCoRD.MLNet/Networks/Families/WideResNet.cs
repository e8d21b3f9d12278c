using TorchSharp.Modules;
using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>
/// The wide residual networks for small images (Zagoruyko and Komodakis, 2016), as RepDistiller has them: blocks that normalise and rectify
/// before they convolve.
/// </summary>
/// <remarks>
/// Depth is 6n+4 for n blocks a stage. Stage maps: after the stem and after each stage, as they are summed, before the next norm and
/// rectifier.
/// </remarks>
internal sealed class WideResNet : FeatureNetwork
{
    private readonly Conv2d _conv1;
    private readonly Block[][] _stages;
    private readonly BatchNorm2d _bn1;
    private readonly Linear _classifier;

    /// <summary>Creates a network.</summary>
    /// <param name="name">Its name in the catalog.</param>
    /// <param name="depth">6n+4.</param>
    /// <param name="widening">The factor of the stages' widths 16, 32 and 64.</param>
    /// <param name="classes">The number of classes.</param>
    /// <param name="inputChannels">The number of input channels.</param>
    /// <param name="generator">Source of the weights; null: the global one.</param>
    public WideResNet(string name, int depth, int widening, int classes, int inputChannels, Generator? generator)
        : base(name, classes, inputChannels)
    {
        const int Stem = 16;
        int blocks = (depth - 4) / 6;
        FeatureSize = 64 * widening;
        _conv1 = nn.Conv2d(inputChannels, Stem, 3, padding: 1, bias: false);
        _stages =
        [
            MakeStage(blocks, Stem, 16 * widening, stride: 1),
            MakeStage(blocks, 16 * widening, 32 * widening, stride: 2),
            MakeStage(blocks, 32 * widening, FeatureSize, stride: 2),
        ];
        _bn1 = nn.BatchNorm2d(FeatureSize);
        _classifier = nn.Linear(FeatureSize, classes);

        register_module("conv1", _conv1);
        for (int stage = 0; stage < _stages.Length; stage++)
        {
            register_module(Invariant($"block{stage + 1}"), nn.Sequential(("layer", nn.Sequential(_stages[stage]))));
        }

        register_module("bn1", _bn1);
        register_module("fc", _classifier);
        WeightInitialization.Convolutions(this, generator);
        WeightInitialization.TorchDefault(_classifier, generator, zeroBias: true);
    }

    /// <inheritdoc/>
    public override int FeatureSize { get; }

    /// <inheritdoc/>
    public override NetworkOutput Compute(Tensor input)
    {
        using var scope = NewDisposeScope();
        Tensor map = _conv1.call(input);
        List<Tensor> maps = [map], preActivations = [];
        foreach (Block[] stage in _stages)
        {
            // A stage's map meets its rectifier in the next one's first block, past a norm.
            preActivations.Add(stage[0].Normalize(map));
            map = stage[0].Finish(map, preActivations[^1].relu());
            foreach (Block block in stage.Skip(1))
            {
                using Tensor last = map;
                map = block.call(last);
            }

            maps.Add(map);
        }

        preActivations.Add(_bn1.call(map));
        Tensor features = nn.functional.adaptive_avg_pool2d(preActivations[^1].relu(), 1).flatten(1);
        return new NetworkOutput(maps, features, _classifier.call(features)) { PreActivations = preActivations }.MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override (GraphValue Features, GraphValue Logits) Trace(NetworkGraph graph, GraphValue input)
    {
        GraphValue map = _stages.SelectMany(blocks => blocks)
            .Aggregate(graph.Module(_conv1, input), (value, block) => block.Trace(graph, value));
        return TraceClassifier(graph, graph.Relu(graph.Module(_bn1, map)), _classifier);
    }

    private static Block[] MakeStage(int blocks, int input, int output, int stride) =>
        [.. Enumerable.Range(0, blocks).Select(block => new Block(block == 0 ? input : output, output, block == 0 ? stride : 1))];

    private sealed class Block : nn.Module<Tensor, Tensor>, IGraphModule
    {
        private readonly BatchNorm2d _bn1;
        private readonly NormalizedConvolution _conv1;
        private readonly Conv2d _conv2;
        private readonly Conv2d? _shortcut;

        public Block(int input, int output, int stride)
            : base(nameof(Block))
        {
            _bn1 = nn.BatchNorm2d(input);
            _conv1 = new NormalizedConvolution("conv1", "bn2", nn.Conv2d(input, output, 3, stride: stride, padding: 1, bias: false));
            _conv2 = nn.Conv2d(output, output, 3, padding: 1, bias: false);
            register_module("bn1", _bn1);
            register_module("conv1", _conv1);
            register_module("conv2", _conv2);
            if (input != output)
            {
                _shortcut = nn.Conv2d(input, output, 1, stride: stride, bias: false);
                register_module("convShortcut", _shortcut);
            }
        }

        public Tensor Normalize(Tensor input) => _bn1.call(input);

        /// <summary>From the input and its normalised, rectified form to the output.</summary>
        public Tensor Finish(Tensor input, Tensor active)
        {
            using var scope = NewDisposeScope();
            Tensor output = _conv2.call(_conv1.call(active).relu_());
            return output.add_(_shortcut is null ? input : _shortcut.call(active), LiveScalar.One).MoveToOuterDisposeScope();
        }

        public override Tensor forward(Tensor input)
        {
            using var scope = NewDisposeScope();
            return Finish(input, Normalize(input).relu_()).MoveToOuterDisposeScope();
        }

        public GraphValue Trace(NetworkGraph graph, GraphValue input)
        {
            GraphValue active = graph.Relu(graph.Module(_bn1, input));
            GraphValue inner = graph.Relu(_conv1.Trace(graph, active));
            return graph.Add(graph.Module(_conv2, inner), _shortcut is null ? input : graph.Module(_shortcut, active));
        }
    }
}
