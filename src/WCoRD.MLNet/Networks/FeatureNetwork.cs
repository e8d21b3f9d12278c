using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>An image classifier that also gives its stage maps and penultimate features, with PyTorch's parameter names.</summary>
public abstract class FeatureNetwork : nn.Module<Tensor, Tensor>
{
    /// <summary>Creates the base of a network.</summary>
    /// <param name="name">The network's name in <see cref="NetworkCatalog"/>.</param>
    /// <param name="classes">The number of classes, at least 2.</param>
    /// <param name="inputChannels">The number of channels of the input images, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is below its minimum.</exception>
    protected FeatureNetwork(string name, int classes, int inputChannels)
        : base(name)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 2);
        ArgumentOutOfRangeException.ThrowIfLessThan(inputChannels, 1);
        Name = name;
        Classes = classes;
        InputChannels = inputChannels;
    }

    /// <summary>The network's name in <see cref="NetworkCatalog"/>.</summary>
    public string Name { get; }

    /// <summary>The number of classes.</summary>
    public int Classes { get; }

    /// <summary>The number of channels of the input images.</summary>
    public int InputChannels { get; }

    /// <summary>The number of penultimate features.</summary>
    public abstract int FeatureSize { get; }

    /// <summary>Whether it was disposed; TorchSharp's own word for that names no network.</summary>
    internal bool IsDisposed { get; private set; }

    /// <summary>Computes stage maps, features and logits.</summary>
    /// <param name="input">Normalised images <c>[batch, channels, height, width]</c>.</param>
    /// <returns>Tensors that the caller owns.</returns>
    public abstract NetworkOutput Compute(Tensor input);

    /// <summary>Computes the logits alone.</summary>
    /// <param name="input">Normalised images <c>[batch, channels, height, width]</c>.</param>
    /// <returns>The logits <c>[batch, classes]</c>.</returns>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        return Compute(input).Logits.MoveToOuterDisposeScope();
    }

    /// <summary>
    /// Writes down what <see cref="Compute"/> gives when the network learns no more, so that it can be exported: by default the modules
    /// one after the other, with a global average pool before the last linear layer. What was written is compared with the network.
    /// </summary>
    /// <param name="graph">The graph.</param>
    /// <param name="input">The normalised images.</param>
    /// <returns>Features <c>[batch, features]</c> and logits <c>[batch, classes]</c>.</returns>
    /// <exception cref="NotSupportedException">The network is built of modules that are not known.</exception>
    public virtual (GraphValue Features, GraphValue Logits) Trace(NetworkGraph graph, GraphValue input)
    {
        ArgumentNullException.ThrowIfNull(graph);
        nn.Module[] parts = [.. children()];
        GraphValue map = parts.SkipLast(1).Aggregate(input, (value, part) => graph.Module(part, value));
        return parts is [.., nn.Module classifier] ? TraceClassifier(graph, map, classifier)
            : throw new NotSupportedException($"The network '{Name}' has no modules: override {nameof(Trace)}.");
    }

    /// <summary>From the stem's map through the stages.</summary>
    private protected static GraphValue TraceStages(NetworkGraph graph, GraphValue stem, IEnumerable<Sequential> stages) =>
        stages.Aggregate(stem, (map, stage) => graph.Module(stage, map));

    /// <summary>From the last map through global average pool and classifier.</summary>
    private protected static (GraphValue Features, GraphValue Logits) TraceClassifier(
        NetworkGraph graph, GraphValue map, nn.Module classifier)
    {
        GraphValue features = map.Shape.Count == 4 ? graph.Node("Flatten", [graph.Means(map)], ("axis", 1L)) : map;
        return (features, graph.Module(classifier, features));
    }

    /// <summary>Makes the stages, each a row of blocks, and registers them as layer1, layer2 and so on.</summary>
    /// <param name="channels">The channels of the stem's map.</param>
    /// <param name="stages">The channels of each stage's map, and its number of blocks.</param>
    /// <param name="create">Makes a block from the channels that it takes and gives, its stage's number and its own, both counted from
    /// 0.</param>
    private protected Sequential[] RegisterStages(
        int channels, IReadOnlyList<(int Channels, int Blocks)> stages, Func<int, int, int, int, nn.Module<Tensor, Tensor>> create)
    {
        var made = new Sequential[stages.Count];
        for (int stage = 0; stage < made.Length; stage++)
        {
            var blocks = new nn.Module<Tensor, Tensor>[stages[stage].Blocks];
            for (int block = 0; block < blocks.Length; block++)
            {
                blocks[block] = create(channels, stages[stage].Channels, stage, block);
                channels = stages[stage].Channels;
            }

            made[stage] = nn.Sequential(blocks);
            register_module(Invariant($"layer{stage + 1}"), made[stage]);
        }

        return made;
    }

    /// <summary>From the stem's map through stages, global average pool and classifier, in the caller's dispose scope.</summary>
    /// <param name="stem">The stem's map, past its rectifier.</param>
    /// <param name="stages">The stages. A stage whose last block is a <see cref="RectifiedBlock"/> also gives its map before that
    /// rectifier.</param>
    /// <param name="pooled">What is pooled, from the last stage's map.</param>
    /// <param name="classifier">From features to logits.</param>
    private protected static NetworkOutput ComputeStages(
        Tensor stem, IEnumerable<Sequential> stages, Func<Tensor, Tensor> pooled, Linear classifier)
    {
        List<Tensor> maps = [stem], preActivations = [stem];
        foreach (Sequential stage in stages)
        {
            Tensor map = maps[^1];
            foreach (nn.Module<Tensor, Tensor> block in stage.children().SkipLast(1))
            {
                Tensor input = map;
                map = block.call(input);
                if (!ReferenceEquals(input, maps[^1]))
                {
                    // Without gradient, only one block's maps are alive at a time.
                    input.Dispose();
                }
            }

            var last = (nn.Module<Tensor, Tensor>)stage.children().Last();
            Tensor before = last is RectifiedBlock rectified ? rectified.BeforeRectifier(map) : last.call(map);
            preActivations.Add(before);
            maps.Add(last is RectifiedBlock ? before.relu() : before);
        }

        Tensor features = nn.functional.adaptive_avg_pool2d(pooled(maps[^1]), 1).flatten(1);
        return new NetworkOutput(maps, features, classifier.call(features)) { PreActivations = preActivations };
    }

    /// <summary>
    /// Folds batch norms into convolutions, for a network that learns no more: the same function, in fewer passes over its maps. Its
    /// <see cref="state_dict"/> is then another.
    /// </summary>
    internal void Fold()
    {
        foreach (NormalizedConvolution convolution in modules().OfType<NormalizedConvolution>())
        {
            convolution.Fold();
        }
    }

    /// <summary>The last linear layer that scores the classes; null: there is none, or it is none of these modules.</summary>
    internal Linear? Classifier => modules().OfType<Linear>().LastOrDefault(layer => layer.weight.shape[0] == Classes);

    /// <summary>Whether the library wrote it: one that a program registered may do anything when it computes.</summary>
    internal bool IsOfThisLibrary => GetType().Assembly == typeof(FeatureNetwork).Assembly;

    /// <summary>Lets dropout draw from a stream, from which it then draws whenever the network learns.</summary>
    /// <param name="draws">The stream; null: torch's global one.</param>
    /// <param name="share">What this network sees of the batch that is drawn for; null: all of it.</param>
    internal void DrawFrom(Generator? draws, BatchShare? share = null)
    {
        foreach (SeededDropout dropout in modules().OfType<SeededDropout>())
        {
            (dropout.Draws, dropout.Share) = (draws, share);
        }
    }

    /// <summary>
    /// Counts the multiplications for one image: those of convolutions and linear layers, each with its addition, as papers count them.
    /// </summary>
    /// <param name="height">The image's height.</param>
    /// <param name="width">The image's width.</param>
    /// <returns>The count of a forward pass that is tried; the network stays as it is.</returns>
    /// <exception cref="ArgumentException">The network cannot take such images; the message says what it can take.</exception>
    public long CountMultiplications(int height, int width) => Multiplications.Count(this, height, width);

    /// <summary>The catalog's network of this name once more, with these weights, on the CPU; the caller owns it.</summary>
    internal FeatureNetwork Copy()
    {
        FeatureNetwork copy = NetworkCatalog.Create(Name, Classes, InputChannels);
        NetworkWeights.Load(copy, state_dict(), $"the weights of {Name}");
        return copy;
    }

    /// <summary>The same where this one is, in no dispose scope; the caller owns it.</summary>
    internal FeatureNetwork CopyInPlace() => Copy().Prepare(folded: false, Precision.Float32, parameters().First().device);

    /// <summary>Takes the parameters and buffers of a network of the same kind.</summary>
    internal void TakeWeights(FeatureNetwork other)
    {
        using var frozen = no_grad();
        foreach ((Tensor own, Tensor given) in state_dict().Values.Zip(other.state_dict().Values))
        {
            own.copy_(given);
        }
    }

    /// <summary>Makes the network ready for its use. It is no dispose scope's afterwards, whoever happened to need it first.</summary>
    /// <param name="folded">Whether it learns no more: it is then in evaluation mode, its batch norms folded.</param>
    /// <param name="precision">The numbers it computes with.</param>
    /// <param name="device">Where it computes.</param>
    /// <returns>This network.</returns>
    internal FeatureNetwork Prepare(bool folded, Precision precision, Device device)
    {
        using var scope = NewDisposeScope();
        if (folded)
        {
            // While all weights are float32: bfloat16 would round them twice.
            eval();
            Fold();
        }

        if (precision == Precision.BFloat16)
        {
            ToBFloat16();
        }

        this.to(device);
        foreach (Tensor weight in parameters().Concat(buffers()))
        {
            _ = weight.DetachFromDisposeScope();
        }

        return this;
    }

    /// <summary>The shapes of what the network gives, found by trying.</summary>
    /// <param name="height">The images' height.</param>
    /// <param name="width">The images' width.</param>
    /// <exception cref="ArgumentException">The network cannot take such images; the message says what it can take.</exception>
    internal OutputShapes ShapesFor(int height, int width) => InputSize.Try(this, height, width);

    /// <summary>Parameters and buffers by name, in PyTorch's order: module by module, parameters before buffers.</summary>
    /// <param name="destination">Where to add them; null: a new dictionary.</param>
    /// <param name="prefix">What stands before each name; null: nothing.</param>
    /// <returns>The dictionary; the tensors stay the network's.</returns>
    public override Dictionary<string, Tensor> state_dict(Dictionary<string, Tensor>? destination = null, string? prefix = null)
    {
        // TorchSharp's own gives all parameters of all modules before the first buffer.
        destination ??= [];
        AddState(this, string.IsNullOrEmpty(prefix) ? string.Empty : prefix + ".", destination);
        return destination;
    }

    /// <summary>Frees the weights.</summary>
    /// <param name="disposing">Whether called by <c>Dispose</c>.</param>
    protected override void Dispose(bool disposing)
    {
        IsDisposed = true;
        base.Dispose(disposing);
    }

    // Batch norm keeps its float32 weights and statistics: libtorch mixes the two there.
    private void ToBFloat16()
    {
        foreach (nn.Module module in modules().Where(module => module is Convolution or Linear))
        {
            module.to(ScalarType.BFloat16);
        }
    }

    private static void AddState(nn.Module module, string prefix, Dictionary<string, Tensor> destination)
    {
        foreach ((string name, Tensor value) in module.named_parameters(recurse: false))
        {
            destination.Add(prefix + name, value);
        }

        foreach ((string name, Tensor value) in module.named_buffers(recurse: false))
        {
            destination.Add(prefix + name, value);
        }

        foreach ((string name, nn.Module child) in module.named_children())
        {
            // PyTorch knows a convolution and its norm as two modules side by side.
            AddState(child, child is NormalizedConvolution ? prefix : prefix + name + ".", destination);
        }
    }
}
