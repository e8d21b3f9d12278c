using TorchSharp.Modules;
using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>
/// MobileNetV2 (Sandler et al., 2018) for small images, of half width, as RepDistiller has it: a stem of stride 2 and inverted residual
/// blocks of expansion 6.
/// </summary>
/// <remarks>
/// Stage maps: after the stem, past its rectifier, and after the 2nd, 3rd, 5th and 7th group of blocks, which end linearly. It has 1,280
/// features, whatever its width.
/// </remarks>
internal sealed class MobileNetV2 : FeatureNetwork
{
    private const int Expansion = 6;

    /// <summary>For each group the channels at full width, the number of blocks and the first one's stride.</summary>
    private static readonly (int Channels, int Blocks, int Stride)[] Groups =
        [(16, 1, 1), (24, 2, 1), (32, 3, 2), (64, 4, 2), (96, 3, 1), (160, 3, 2), (320, 1, 1)];

    /// <summary>The groups whose maps are stage maps.</summary>
    private static readonly int[] Shown = [1, 2, 4, 6];

    private readonly Sequential _stem;
    private readonly Sequential[] _groups;
    private readonly Sequential _last;
    private readonly Sequential _classifier;

    /// <summary>Creates a network.</summary>
    /// <param name="name">Its name in the catalog.</param>
    /// <param name="width">The factor of all channels but the features.</param>
    /// <param name="classes">The number of classes.</param>
    /// <param name="inputChannels">The number of input channels.</param>
    /// <param name="generator">Source of the weights; null: the global one.</param>
    public MobileNetV2(string name, double width, int classes, int inputChannels, Generator? generator)
        : base(name, classes, inputChannels)
    {
        int channels = (int)(32 * width);
        _stem = Convolution(inputChannels, channels, kernel: 3, stride: 2);
        _groups = new Sequential[Groups.Length];
        for (int group = 0; group < Groups.Length; group++)
        {
            int output = (int)(Groups[group].Channels * width);
            var blocks = new nn.Module<Tensor, Tensor>[Groups[group].Blocks];
            for (int block = 0; block < blocks.Length; block++)
            {
                blocks[block] = new InvertedResidual(channels, output, block == 0 ? Groups[group].Stride : 1, group == 0 ? 1 : Expansion);
                channels = output;
            }

            _groups[group] = nn.Sequential(blocks);
        }

        _last = Convolution(channels, FeatureSize, kernel: 1, stride: 1);
        Linear linear = nn.Linear(FeatureSize, classes);
        _classifier = nn.Sequential(linear);
        register_module("conv1", _stem);
        register_module("blocks", nn.ModuleList(_groups));
        register_module("conv2", _last);
        register_module("classifier", _classifier);
        WeightInitialization.Convolutions(this, generator);
        WeightInitialization.Normal(linear, 0.01, generator);
    }

    /// <inheritdoc/>
    public override int FeatureSize => 1280;

    /// <inheritdoc/>
    public override NetworkOutput Compute(Tensor input)
    {
        using var scope = NewDisposeScope();
        Tensor map = _stem.call(input);
        List<Tensor> maps = [map];
        for (int group = 0; group < _groups.Length; group++)
        {
            map = _groups[group].call(map);
            if (Shown.Contains(group))
            {
                maps.Add(map);
            }
        }

        Tensor features = nn.functional.adaptive_avg_pool2d(_last.call(map), 1).flatten(1);
        return new NetworkOutput(maps, features, _classifier.call(features)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override (GraphValue Features, GraphValue Logits) Trace(NetworkGraph graph, GraphValue input)
    {
        GraphValue map = _groups.Aggregate(graph.Module(_stem, input), (value, group) => graph.Module(group, value));
        return TraceClassifier(graph, graph.Module(_last, map), _classifier);
    }

    private static Sequential Convolution(int input, int output, int kernel, int stride) =>
        nn.Sequential(
            new NormalizedConvolution("0", "1", nn.Conv2d(input, output, kernel, stride: stride, padding: kernel / 2, bias: false)),
            nn.ReLU(inplace: true));

    private sealed class InvertedResidual : nn.Module<Tensor, Tensor>, IGraphModule
    {
        private readonly Sequential _conv;
        private readonly bool _addsInput;

        public InvertedResidual(int input, int output, int stride, int expansion)
            : base(nameof(InvertedResidual))
        {
            int inner = input * expansion;
            _addsInput = stride == 1 && input == output;
            _conv = nn.Sequential(
                new NormalizedConvolution("0", "1", nn.Conv2d(input, inner, 1, bias: false)),
                nn.ReLU(inplace: true),
                new NormalizedConvolution("3", "4", nn.Conv2d(inner, inner, 3, stride: stride, padding: 1, groups: inner, bias: false)),
                nn.ReLU(inplace: true),
                new NormalizedConvolution("6", "7", nn.Conv2d(inner, output, 1, bias: false)));
            register_module("conv", _conv);
        }

        public override Tensor forward(Tensor input)
        {
            using var scope = NewDisposeScope();
            Tensor output = _conv.call(input);
            return (_addsInput ? output.add_(input, LiveScalar.One) : output).MoveToOuterDisposeScope();
        }

        public GraphValue Trace(NetworkGraph graph, GraphValue input)
        {
            GraphValue output = graph.Module(_conv, input);
            return _addsInput ? graph.Add(output, input) : output;
        }
    }
}
