using TorchSharp.Modules;
using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>
/// timm's names of the networks that torchvision names otherwise: MobileNetV2, MobileNetV3 and EfficientNet. (Its ResNets have
/// torchvision's.)
/// </summary>
/// <remarks>
/// timm counts stages and blocks (<c>blocks.1.0.conv_pw</c>) where torchvision counts layers. Both have the same layers in the same order,
/// so that the file's, brought into the order in which an image passes them, are the network's one by one.
/// </remarks>
internal static class TimmNames
{
    private const string Stem = "conv_stem";
    private const string Blocks = "blocks";

    /// <summary>The parts of a network in the order in which an image passes them.</summary>
    private static readonly string[] Parts = [Stem, "bn1", Blocks, "conv_head", "bn2", "classifier"];

    /// <summary>The same of a block that widens first, of one that does not, and of a plain convolution.</summary>
    private static readonly string[] Widening =
        ["conv_pw", "bn1", "conv_dw", "bn2", "se.conv_reduce", "se.conv_expand", "conv_pwl", "bn3"];

    private static readonly string[] Narrow = ["conv", "conv_dw", "bn1", "se.conv_reduce", "se.conv_expand", "conv_pw", "bn2"];

    /// <summary>For each of timm's names in a file that of the network; none where the file or the network has no such names.</summary>
    public static IReadOnlyDictionary<string, string> Of(FeatureNetwork network, IReadOnlyCollection<string> fileNames)
    {
        var own = new Dictionary<string, string>(StringComparer.Ordinal);
        if (network is not InvertedResidualNetwork
            || fileNames.FirstOrDefault(name => name.EndsWith($"{Stem}.weight", StringComparison.Ordinal)) is not { } stem)
        {
            return own;
        }

        // Wrappers set something before every name.
        string wrapper = stem[..^$"{Stem}.weight".Length];
        string[] named = [.. fileNames.Where(name => name.StartsWith(wrapper, StringComparison.Ordinal))];
        HashSet<string> all = [.. named.Select(name => LayerOf(name[wrapper.Length..]))];
        string[] layers = [.. all.Order(Comparer<string>.Create((first, second) => PlaceOf(first, all).CompareTo(PlaceOf(second, all))))];
        string[] expected = [.. network.state_dict().Keys.Select(LayerOf).Distinct()];
        if (layers.Length != expected.Length)
        {
            return own;
        }

        foreach (string name in named)
        {
            string layer = LayerOf(name[wrapper.Length..]);
            own.Add(name, expected[Array.IndexOf(layers, layer)] + name[(wrapper.Length + layer.Length)..]);
        }

        return own;
    }

    /// <summary>
    /// Lets the norms give what timm's give. In MobileNetV3 timm adds 1e-5 to a variance where torchvision adds 1e-3: with weights that are
    /// larger by as much, evaluation is the same.
    /// </summary>
    public static void AdaptNorms(FeatureNetwork network)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        foreach (BatchNorm2d norm in network.modules().OfType<BatchNorm2d>().Where(norm => norm.eps != NormalizedConvolution.NormEps))
        {
            Tensor variance = norm.running_var!;
            norm.weight!.mul_(((variance + norm.eps) / (variance + NormalizedConvolution.NormEps)).sqrt());
        }
    }

    private static string LayerOf(string name) => name[..Math.Max(name.LastIndexOf('.'), 0)];

    private static (int Part, int Stage, int Block, int Role) PlaceOf(string layer, HashSet<string> all)
    {
        string[] words = layer.Split('.', 4);
        int part = Array.IndexOf(Parts, words[0]);
        if (words is not [Blocks, _, _, string role] || !int.TryParse(words[1], out int stage) || !int.TryParse(words[2], out int block))
        {
            return (part, 0, 0, 0);
        }

        string[] roles = all.Contains($"{Blocks}.{words[1]}.{words[2]}.conv_pwl") ? Widening : Narrow;
        return (part, stage, block, Array.IndexOf(roles, role));
    }
}
