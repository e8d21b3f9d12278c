using TorchSharp.Modules;
using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>MobileNetV2, MobileNetV3 and EfficientNet for photographs, as torchvision has them.</summary>
/// <remarks>
/// Stage maps: the last one of each resolution, from half the image's side to a thirty-second: blocks end linearly, so that there is no map
/// before a rectifier. Features are what the last linear layer reads; while the network learns, dropout stands between.
/// </remarks>
internal sealed class InvertedResidualNetwork : FeatureNetwork
{
    private const double Dropout = 0.2;

    private readonly InvertedRecipe _recipe;
    private readonly ActivatedConvolution _stem;
    private readonly InvertedResidual[] _blocks;
    private readonly ActivatedConvolution _head;
    private readonly Linear? _hidden;
    private readonly SeededDropout _dropout = new(Dropout, wholeExamples: false);
    private readonly Linear _classifier;

    /// <summary>Creates a network.</summary>
    /// <param name="name">Its name in the catalog.</param>
    /// <param name="recipe">What it is made of.</param>
    /// <param name="classes">The number of classes.</param>
    /// <param name="inputChannels">The number of input channels.</param>
    /// <param name="generator">Source of the weights; null: the global one.</param>
    public InvertedResidualNetwork(string name, InvertedRecipe recipe, int classes, int inputChannels, Generator? generator)
        : base(name, classes, inputChannels)
    {
        _recipe = recipe;
        _stem = new ActivatedConvolution(inputChannels, recipe.Stem, 3, 2, recipe.Norm, recipe.Activation);
        List<nn.Module<Tensor, Tensor>> features = [_stem];
        List<InvertedResidual> blocks = [];
        int channels = recipe.Stem, count = recipe.Stages.Sum(stage => stage.Count);
        foreach (IReadOnlyList<InvertedShape> stage in recipe.Stages)
        {
            int first = blocks.Count;
            foreach (InvertedShape shape in stage)
            {
                blocks.Add(new InvertedResidual(recipe, channels, shape, recipe.LastDropRate * blocks.Count / count));
                channels = shape.Output;
            }

            features.AddRange(recipe.NamesStages ? [nn.Sequential(blocks.Skip(first))] : blocks.Skip(first));
        }

        _blocks = [.. blocks];
        _head = new ActivatedConvolution(channels, recipe.Head, 1, 1, recipe.Norm, recipe.Activation);
        register_module("features", nn.Sequential([.. features, _head]));

        FeatureSize = recipe.Hidden ?? recipe.Head;
        _hidden = recipe.Hidden is null ? null : nn.Linear(recipe.Head, FeatureSize);
        _classifier = nn.Linear(FeatureSize, classes);
        register_module("classifier", _hidden is null
            ? nn.Sequential(_dropout, _classifier)
            : nn.Sequential(_hidden, nn.Hardswish(), _dropout, _classifier));
        WeightInitialization.Convolutions(this, generator);
        foreach (Linear layer in modules().OfType<Linear>())
        {
            recipe.Initialize(layer, generator);
        }
    }

    /// <inheritdoc/>
    public override int FeatureSize { get; }

    /// <inheritdoc/>
    public override NetworkOutput Compute(Tensor input)
    {
        using var scope = NewDisposeScope();
        Tensor map = _stem.call(input);
        List<Tensor> maps = [];
        foreach (InvertedResidual block in _blocks)
        {
            Tensor next = block.call(map);
            if (block.Halves)
            {
                maps.Add(map);
            }
            else
            {
                // Without gradient, only one block's maps are alive at a time.
                map.Dispose();
            }

            map = next;
        }

        maps.Add(map);
        Tensor features = nn.functional.adaptive_avg_pool2d(_head.call(map), 1).flatten(1);
        features = _hidden is null ? features : _recipe.Activation.Apply(_hidden.call(features));
        return new NetworkOutput(maps, features, _classifier.call(_dropout.call(features))).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override (GraphValue Features, GraphValue Logits) Trace(NetworkGraph graph, GraphValue input)
    {
        GraphValue map = _blocks.Aggregate(_stem.Trace(graph, input), (value, block) => block.Trace(graph, value));
        GraphValue features = graph.Node("Flatten", [graph.Means(_head.Trace(graph, map))], ("axis", 1L));
        features = _hidden is null ? features : _recipe.Activation.Trace(graph, graph.Module(_hidden, features));
        return (features, graph.Module(_classifier, features));
    }
}
