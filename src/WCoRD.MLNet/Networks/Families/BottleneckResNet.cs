using TorchSharp.Modules;
using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>
/// The residual networks of bottleneck blocks (He et al., 2016) with a stem for small images, as RepDistiller has ResNet50.
/// </summary>
/// <remarks>Stage maps: after the stem and after each of the four stages, all past their rectifier.</remarks>
internal sealed class BottleneckResNet : FeatureNetwork
{
    private const int Expansion = 4;
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
        (int Channels, int Blocks)[] stages = [.. blocks.Select((count, stage) => ((Stem << stage) * Expansion, count))];
        _stages = RegisterStages(
            Stem, stages, (input, output, stage, block) => new Block(input, output, stride: block == 0 && stage > 0 ? 2 : 1));
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

    private sealed class Block : RectifiedBlock
    {
        private readonly NormalizedConvolution _conv1;
        private readonly NormalizedConvolution _conv2;
        private readonly NormalizedConvolution _conv3;
        private readonly Sequential? _shortcut;
        private readonly int _stride;

        public Block(int input, int output, int stride)
            : base(nameof(Block))
        {
            int width = output / Expansion;
            _stride = stride;
            _conv1 = new NormalizedConvolution("conv1", "bn1", nn.Conv2d(input, width, 1, bias: false));
            _conv2 = new NormalizedConvolution("conv2", "bn2", nn.Conv2d(width, width, 3, stride: stride, padding: 1, bias: false));
            _conv3 = new NormalizedConvolution("conv3", "bn3", nn.Conv2d(width, output, 1, bias: false));
            register_module("conv1", _conv1);
            register_module("conv2", _conv2);
            register_module("conv3", _conv3);
            if (stride != 1 || input != output)
            {
                _shortcut = nn.Sequential(new NormalizedConvolution("0", "1", nn.Conv2d(input, output, 1, bias: false)));
                register_module("shortcut", _shortcut);
            }
        }

        public override Tensor BeforeRectifier(Tensor input)
        {
            using var scope = NewDisposeScope();
            Tensor inner = _conv2.call(_conv1.call(input).relu_()).relu_();
            Tensor output = _conv3.call(inner);
            return output.add_(_shortcut is null ? input : _shortcut.call(Strided(input)), LiveScalar.One).MoveToOuterDisposeScope();
        }

        // A 1x1 convolution of stride 2 sees every other pixel. Taken beforehand it is the same function; the gradient of libtorch 2.10's
        // own ends the process
        // (a division by zero in its CPU kernels, seen with 512 to 1,024 channels).
        private Tensor Strided(Tensor map) =>
            _stride == 1 ? map : map[.., .., TensorIndex.Slice(step: _stride), TensorIndex.Slice(step: _stride)].contiguous();
    }
}
