using TorchSharp.Modules;
using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>
/// The VGG networks for small images (Simonyan and Zisserman, 2015) with batch norm and a single linear layer, as RepDistiller has them.
/// </summary>
/// <remarks>
/// Five blocks; a max-pool follows each of the first three, so that 32x32 images end as 4x4 maps.
/// Stage maps: after each block, past its rectifier and before its pool. Images must be at least 8x8.
/// </remarks>
internal sealed class CifarVgg : FeatureNetwork
{
    private const int PooledBlocks = 3;

    private readonly Sequential[] _blocks;
    private readonly Linear _classifier;

    /// <summary>Creates a network.</summary>
    /// <param name="name">Its name in the catalog.</param>
    /// <param name="widths">Channels of every convolution, block by block.</param>
    /// <param name="classes">The number of classes.</param>
    /// <param name="inputChannels">The number of input channels.</param>
    /// <param name="generator">Source of the weights; null: the global one.</param>
    public CifarVgg(string name, int[][] widths, int classes, int inputChannels, Generator? generator)
        : base(name, classes, inputChannels)
    {
        _blocks = new Sequential[widths.Length];
        int channels = inputChannels;
        for (int block = 0; block < widths.Length; block++)
        {
            _blocks[block] = MakeBlock(channels, widths[block]);
            channels = widths[block][^1];
            register_module(Invariant($"block{block}"), _blocks[block]);
        }

        FeatureSize = channels;
        _classifier = nn.Linear(channels, classes);
        register_module("classifier", _classifier);
        WeightInitialization.Convolutions(this, generator);
        WeightInitialization.Normal(_classifier, 0.01, generator);
    }

    /// <inheritdoc/>
    public override int FeatureSize { get; }

    /// <inheritdoc/>
    public override NetworkOutput Compute(Tensor input)
    {
        using var scope = NewDisposeScope();
        List<Tensor> maps = [], preActivations = [];
        Tensor map = input;
        for (int block = 0; block < _blocks.Length; block++)
        {
            Tensor before = _blocks[block].call(map), output = before.relu();
            preActivations.Add(before);
            maps.Add(output);
            map = block < PooledBlocks ? nn.functional.max_pool2d(output, 2) : output;
        }

        Tensor features = nn.functional.adaptive_avg_pool2d(map, 1).flatten(1);
        return new NetworkOutput(maps, features, _classifier.call(features)) { PreActivations = preActivations }.MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override (GraphValue Features, GraphValue Logits) Trace(NetworkGraph graph, GraphValue input)
    {
        GraphValue map = input;
        foreach ((int block, Sequential layers) in _blocks.Index())
        {
            map = graph.Relu(graph.Module(layers, map));
            map = block < PooledBlocks
                ? graph.Node("MaxPool", [map], ("kernel_shape", (long[])[2, 2]), ("strides", (long[])[2, 2]))
                : map;
        }

        return TraceClassifier(graph, map, _classifier);
    }

    private static Sequential MakeBlock(int input, int[] widths)
    {
        List<nn.Module<Tensor, Tensor>> modules = [];
        foreach (int output in widths)
        {
            // The block's last rectifier stands outside of it, as in the reference: only rectifiers between convolutions here.
            if (modules.Count > 0)
            {
                modules.Add(nn.ReLU(inplace: true));
            }

            // The reference counts convolution, norm and rectifier.
            int number = modules.Count / 2 * 3;
            modules.Add(new NormalizedConvolution(
                Invariant($"{number}"), Invariant($"{number + 1}"), nn.Conv2d(input, output, 3, padding: 1)));
            input = output;
        }

        return nn.Sequential(modules.ToArray());
    }
}
