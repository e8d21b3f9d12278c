using static TorchSharp.torch;

namespace WCoRD.MLNet.Cli.Benchmarks;

/// <summary>A network of another's feature size and next to no work: what it gives fills stored views in no time.</summary>
/// <remarks>A step that reads them takes the same time whoever made them.</remarks>
internal sealed class StandInTeacher : FeatureNetwork
{
    private readonly TorchSharp.Modules.Linear _features;
    private readonly TorchSharp.Modules.Linear _classifier;

    private StandInTeacher(string name, int featureSize, int classes, int inputChannels)
        : base(name, classes, inputChannels)
    {
        FeatureSize = featureSize;
        _features = nn.Linear(inputChannels, featureSize);
        _classifier = nn.Linear(featureSize, classes);
        register_module("features", _features);
        register_module("classifier", _classifier);
    }

    public override int FeatureSize { get; }

    /// <summary>Makes one in the place of a network of the catalog.</summary>
    public static FeatureNetwork For(string network, int classes)
    {
        using FeatureNetwork replaced = NetworkCatalog.Create(network, classes);
        int features = replaced.FeatureSize;
        string name = Invariant($"stand-in-{features}");
        NetworkCatalog.Register(name, (count, channels) => new StandInTeacher(name, features, count, channels));
        return NetworkCatalog.Create(name, classes);
    }

    public override NetworkOutput Compute(Tensor input)
    {
        using var scope = NewDisposeScope();
        Tensor features = _features.call(input.mean([2, 3]));
        return new NetworkOutput([], features, _classifier.call(features)).MoveToOuterDisposeScope();
    }
}
