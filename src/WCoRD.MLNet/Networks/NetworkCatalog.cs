using System.Collections.Immutable;
using TorchSharp;
using Generator = TorchSharp.torch.Generator;

namespace WCoRD.MLNet;

/// <summary>The networks known by name.</summary>
public static class NetworkCatalog
{
    private delegate FeatureNetwork Factory(string name, int classes, int inputChannels, Generator? generator);

    private static readonly (string Name, Factory Create)[] Entries =
    [
        ("resnet8", ResNet(8)),
        ("resnet14", ResNet(14)),
        ("resnet20", ResNet(20)),
        ("resnet32", ResNet(32)),
        ("resnet44", ResNet(44)),
        ("resnet56", ResNet(56)),
        ("resnet110", ResNet(110)),
        ("resnet8x4", ResNet(8, 32, 64, 128, 256)),
        ("resnet32x4", ResNet(32, 32, 64, 128, 256)),
        ("wrn_16_1", Wide(16, 1)),
        ("wrn_16_2", Wide(16, 2)),
        ("wrn_40_1", Wide(40, 1)),
        ("wrn_40_2", Wide(40, 2)),
        ("vgg8", Vgg(1, 1, 1, 1, 1)),
        ("vgg11", Vgg(1, 1, 2, 2, 2)),
        ("vgg13", Vgg(2, 2, 2, 2, 2)),
        ("vgg16", Vgg(2, 2, 3, 3, 3)),
        ("vgg19", Vgg(2, 2, 4, 4, 4)),
        ("MobileNetV2", (name, classes, inputChannels, generator) => new MobileNetV2(name, 0.5, classes, inputChannels, generator)),
        ("ShuffleV1", (name, classes, inputChannels, generator) => new ShuffleNetV1(name, classes, inputChannels, generator)),
        ("ShuffleV2", (name, classes, inputChannels, generator) => new ShuffleNetV2(name, classes, inputChannels, generator)),
        ("ResNet50",
            (name, classes, inputChannels, generator) => new BottleneckResNet(name, [3, 4, 6, 3], classes, inputChannels, generator)),
    ];

    // Replaced as a whole, so that readers need no lock.
    private static ImmutableArray<(string Name, Factory Create)> _registered = [];

    /// <summary>All names, in order: this library's, then those registered.</summary>
    public static IReadOnlyList<string> Names => [.. Entries.Concat(_registered).Select(entry => entry.Name)];

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
            registered => registered.RemoveAll(entry => entry.Name == name).Add((name, Own(create))));
    }

    /// <summary>Creates a network with freshly initialised weights.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="classes">The number of classes, at least 2.</param>
    /// <param name="inputChannels">The number of input channels, at least 1.</param>
    /// <param name="generator">Source of the initial weights; null: torch's global one.</param>
    /// <returns>A network on the CPU, in training mode.</returns>
    /// <exception cref="ArgumentException">The name is unknown; the message lists the known ones.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is below its minimum.</exception>
    public static FeatureNetwork Create(string name, int classes, int inputChannels = 3, Generator? generator = null)
    {
        ArgumentNullException.ThrowIfNull(name);
        Factory create = Entries.Concat(_registered).FirstOrDefault(entry => entry.Name == name).Create
            ?? throw new ArgumentException(
                $"There is no network '{name}'. Choose one of: {string.Join(", ", Names)}; "
                    + "or add one of your own by NetworkCatalog.Register.",
                nameof(name));

        // A convolution with bias leaves a stray tensor when it is made; the weights themselves are no scope's.
        using var scope = TorchSharp.torch.NewDisposeScope();
        return create(name, classes, inputChannels, generator);
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

    private static Factory ResNet(int depth, params int[] widths)
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
}
