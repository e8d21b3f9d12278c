using System.Collections.Immutable;
using TorchSharp;
using Generator = TorchSharp.torch.Generator;

namespace WCoRD.MLNet;

/// <summary>The networks known by name.</summary>
public static class NetworkCatalog
{
    private delegate FeatureNetwork Factory(string name, int classes, int inputChannels, Generator? generator);

    private sealed record Entry(string Name, NetworkOrigin Origin, Factory Create);

    private static readonly NetworkOrigin RepDistiller = new("RepDistiller", "images of 32 x 32", 32);
    private static readonly NetworkOrigin Torchvision = new("torchvision", "photographs", 224);
    private static readonly NetworkOrigin Registered = new("this program", "images of its own", null);

    private static readonly Entry[] Entries =
    [
        new("resnet8", RepDistiller, Residual(8)),
        new("resnet14", RepDistiller, Residual(14)),
        new("resnet20", RepDistiller, Residual(20)),
        new("resnet32", RepDistiller, Residual(32)),
        new("resnet44", RepDistiller, Residual(44)),
        new("resnet56", RepDistiller, Residual(56)),
        new("resnet110", RepDistiller, Residual(110)),
        new("resnet8x4", RepDistiller, Residual(8, 32, 64, 128, 256)),
        new("resnet32x4", RepDistiller, Residual(32, 32, 64, 128, 256)),
        new("wrn_16_1", RepDistiller, Wide(16, 1)),
        new("wrn_16_2", RepDistiller, Wide(16, 2)),
        new("wrn_40_1", RepDistiller, Wide(40, 1)),
        new("wrn_40_2", RepDistiller, Wide(40, 2)),
        new("vgg8", RepDistiller, Vgg(1, 1, 1, 1, 1)),
        new("vgg11", RepDistiller, Vgg(1, 1, 2, 2, 2)),
        new("vgg13", RepDistiller, Vgg(2, 2, 2, 2, 2)),
        new("vgg16", RepDistiller, Vgg(2, 2, 3, 3, 3)),
        new("vgg19", RepDistiller, Vgg(2, 2, 4, 4, 4)),
        new("MobileNetV2", RepDistiller, (name, classes, channels, draws) => new MobileNetV2(name, 0.5, classes, channels, draws)),
        new("ShuffleV1", RepDistiller, (name, classes, channels, draws) => new ShuffleNetV1(name, classes, channels, draws)),
        new("ShuffleV2", RepDistiller, (name, classes, channels, draws) => new ShuffleNetV2(name, classes, channels, draws)),
        new("ResNet50", RepDistiller, (name, classes, channels, draws) =>
            new BottleneckResNet(name, [3, 4, 6, 3], classes, channels, draws)),
        new("resnet18", Torchvision, Photographs(bottleneck: false, 2, 2, 2, 2)),
        new("resnet34", Torchvision, Photographs(bottleneck: false, 3, 4, 6, 3)),
        new("resnet50", Torchvision, Photographs(bottleneck: true, 3, 4, 6, 3)),
        new("mobilenet_v2", Torchvision, Photographs(InvertedRecipes.MobileNetV2)),
        new("mobilenet_v3_small", Torchvision, Photographs(InvertedRecipes.MobileNetV3Small)),
        new("mobilenet_v3_large", Torchvision, Photographs(InvertedRecipes.MobileNetV3Large)),
        new("efficientnet_b0", Torchvision, Photographs(InvertedRecipes.EfficientNetB0)),
    ];

    // Replaced as a whole, so that readers need no lock.
    private static ImmutableArray<Entry> _registered = [];

    /// <summary>All names, in order: this library's, then those registered.</summary>
    public static IReadOnlyList<string> Names => [.. All.Select(entry => entry.Name)];

    private static IEnumerable<Entry> All => Entries.Concat(_registered);

    /// <summary>Whose network it is, and which images it is meant for.</summary>
    /// <param name="name">One of <see cref="Names"/>, exactly as it stands there.</param>
    /// <returns>Its origin.</returns>
    /// <exception cref="ArgumentException">The name is unknown; the message lists the known ones.</exception>
    public static NetworkOrigin OriginOf(string name) => Find(name).Origin;

    /// <summary>
    /// Adds a network of your own: then it teaches and learns by its name as any other, and its models save and load. A process that loads
    /// such a model must register the name first.
    /// </summary>
    /// <remarks>
    /// Registering a name of your own again replaces it, as when a notebook's cell runs again. May be called by several threads.
    /// </remarks>
    /// <param name="name">Its name, which is none of this library's.</param>
    /// <param name="create">Makes it with freshly initialised weights, for a number of classes and of input channels. Weights that
    /// TorchSharp draws follow the training's seed.</param>
    /// <exception cref="ArgumentException">The name is empty or one of this library's.</exception>
    public static void Register(string name, Func<int, int, FeatureNetwork> create)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(create);
        if (Entries.Any(entry => entry.Name == name))
        {
            throw new ArgumentException($"'{name}' is a network of this library: choose another name.", nameof(name));
        }

        ImmutableInterlocked.Update(
            ref _registered,
            registered => registered.RemoveAll(entry => entry.Name == name).Add(new Entry(name, Registered, Own(create))));
    }

    /// <summary>Creates a network with freshly initialised weights.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="classes">The number of classes, at least 2.</param>
    /// <param name="inputChannels">The number of input channels, at least 1.</param>
    /// <param name="generator">Source of the initial weights; null: torch's global one.</param>
    /// <returns>A network on the CPU, in training mode.</returns>
    /// <exception cref="ArgumentException">The name is unknown; the message lists the known ones, and first those that differ only in case,
    /// dashes and underscores.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is below its minimum.</exception>
    public static FeatureNetwork Create(string name, int classes, int inputChannels = 3, Generator? generator = null)
    {
        Factory create = Find(name).Create;
        TorchRuntime.EnsureLoaded();

        // A convolution with bias leaves a stray tensor when it is made; the weights themselves are no scope's.
        using var scope = TorchSharp.torch.NewDisposeScope();
        FeatureNetwork network = create(name, classes, inputChannels, generator);
        ConvolutionRepairs.Attach(network, ConvolutionRepairs.ArePointwiseWrong);
        return network;
    }

    /// <summary>Which names are expected: those that look like this one, with what they are for; else all.</summary>
    internal static string Expected(string? name)
    {
        string[] alike = [.. All.Where(entry => Plain(entry.Name) == Plain(name ?? ""))
            .Select(entry => $"'{entry.Name}', {entry.Origin.Source}'s for {entry.Origin.Images}")];
        return $"{string.Concat(alike.Select(entry => entry + ", or "))}one of {string.Join(", ", Names)}";
    }

    /// <summary>
    /// A doubt whether a network is the one meant: its images are those that another of its name, but for case, dashes and underscores, is
    /// made for. Null: there is none.
    /// </summary>
    internal static string? Doubt(string name, int height, int width)
    {
        if (Entries.FirstOrDefault(entry => entry.Name == name) is not { } used
            || Entries.FirstOrDefault(entry => entry.Name != name && Plain(entry.Name) == Plain(name)) is not { } twin)
        {
            return null;
        }

        bool isOther = used.Origin == RepDistiller ? Math.Min(height, width) > Between : Math.Max(height, width) < Between;
        return isOther
            ? Invariant($"'{name}' is {used.Origin.Source}'s network for {used.Origin.Images}, but these images are {height} x {width}: ")
                + $"is '{twin.Name}' meant, {twin.Origin.Source}'s for {twin.Origin.Images}?"
            : null;
    }

    // Between the sizes of CIFAR and of photographs: at 64 either kind of network is at home.
    private const int Between = 64;

    private static string Plain(string name) => name.Replace("_", "", StringComparison.Ordinal)
        .Replace("-", "", StringComparison.Ordinal).ToUpperInvariant();

    private static Entry Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return All.FirstOrDefault(entry => entry.Name == name)
            ?? throw new ArgumentException(
                $"There is no network '{name}': expected {Expected(name)}; or add one of your own by NetworkCatalog.Register.",
                nameof(name));
    }

    private static Factory Own(Func<int, int, FeatureNetwork> create) => (name, classes, inputChannels, generator) =>
    {
        using IDisposable? seeded = generator is null
            ? null
            : SeededDraws.Begin(TorchSharp.torch.randint(int.MaxValue, [1], generator: generator).ToInt32());
        FeatureNetwork network = create(classes, inputChannels);
        return (network.Name, network.Classes, network.InputChannels) == (name, classes, inputChannels)
            ? network
            : throw new InvalidOperationException(
                Invariant($"What was registered as '{name}' made a network '{network.Name}' of ")
                    + Invariant($"{network.Classes} classes and {network.InputChannels} input channels: ")
                    + Invariant($"expected '{name}', {classes} and {inputChannels}. ")
                    + "Hand all three to FeatureNetwork's constructor.");
    };

    private static Factory Residual(int depth, params int[] widths)
    {
        int[] channels = widths.Length == 0 ? [16, 16, 32, 64] : widths;
        return (name, classes, inputChannels, generator) => new CifarResNet(name, depth, channels, classes, inputChannels, generator);
    }

    private static Factory Wide(int depth, int widening) =>
        (name, classes, inputChannels, generator) => new WideResNet(name, depth, widening, classes, inputChannels, generator);

    private static Factory Vgg(params int[] convolutions)
    {
        int[] channels = [64, 128, 256, 512, 512];
        int[][] widths = [.. convolutions.Zip(channels, (count, width) => Enumerable.Repeat(width, count).ToArray())];
        return (name, classes, inputChannels, generator) => new CifarVgg(name, widths, classes, inputChannels, generator);
    }

    private static Factory Photographs(bool bottleneck, params int[] blocks) =>
        (name, classes, inputChannels, generator) => new ResNet(name, blocks, bottleneck, classes, inputChannels, generator);

    private static Factory Photographs(InvertedRecipe recipe) =>
        (name, classes, inputChannels, generator) => new InvertedResidualNetwork(name, recipe, classes, inputChannels, generator);
}
