using System.Globalization;
using System.Security.Cryptography;
using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>A trained network that teaches: frozen, in evaluation mode, with its own normalisation of pixel values.</summary>
public sealed partial class NetworkTeacher : Teacher
{
    private readonly FeatureNetwork _network;
    private readonly InputNormalization _normalization;
    private readonly Precision _precision;

    private NetworkTeacher(
        FeatureNetwork network,
        InputNormalization normalization,
        int? height,
        int? width,
        IReadOnlyList<string>? classNames,
        Precision precision = Precision.Float32)
    {
        ClassNames = classNames;
        _precision = precision;
        _network = network;
        _normalization = normalization;
        Height = height;
        Width = width;
        network.eval();
        foreach (nn.Module module in network.modules())
        {
            foreach ((_, TorchSharp.Modules.Parameter parameter) in module.named_parameters(recurse: false))
            {
                parameter.requires_grad = false;
            }
        }
    }

    /// <summary>The network's name in <see cref="NetworkCatalog"/>.</summary>
    public string NetworkName => _network.Name;

    /// <summary>The number of classes.</summary>
    public int Classes => _network.Classes;

    /// <summary>The names of the classes, in the order of its scores; null where they are unknown, as of files of weights.</summary>
    public IReadOnlyList<string>? ClassNames { get; }

    /// <summary>The number of channels of the images.</summary>
    public int InputChannels => _network.InputChannels;

    /// <summary>The number of penultimate features.</summary>
    public int FeatureSize => _network.FeatureSize;

    /// <summary>The height of the images it was trained on; null where unknown.</summary>
    internal int? Height { get; }

    /// <summary>The width of the images it was trained on; null where unknown.</summary>
    internal int? Width { get; }

    /// <summary>Makes a network a teacher, which then owns and disposes it.</summary>
    /// <param name="network">A trained network.</param>
    /// <param name="normalization">What it was trained on.</param>
    /// <param name="height">The height of the images it was trained on; null: unknown.</param>
    /// <param name="width">The width of the images it was trained on; null: unknown.</param>
    /// <param name="classNames">The names of its classes; null: unknown.</param>
    /// <exception cref="ArgumentException">The normalisation does not suit the channels, or a weight is not finite.</exception>
    internal static NetworkTeacher FromNetwork(
        FeatureNetwork network,
        InputNormalization normalization,
        int? height = null,
        int? width = null,
        IReadOnlyList<string>? classNames = null)
    {
        if (normalization.Mean.Count != network.InputChannels || normalization.StandardDeviation.Count != network.InputChannels)
        {
            throw new ArgumentException(
                Invariant($"The normalisation has {normalization.Mean.Count} means ")
                    + Invariant($"and {normalization.StandardDeviation.Count} standard deviations, ")
                    + Invariant($"expected {network.InputChannels} of each: state one for each channel of the images."),
                nameof(normalization));
        }

        if (!normalization.IsUsable)
        {
            throw new ArgumentException(
                "The normalisation must have finite numbers and standard deviations above 0, "
                    + Invariant($"found scale {normalization.Scale}, means {InvariantText.Join(", ", normalization.Mean)}, ")
                    + Invariant($"standard deviations {InvariantText.Join(", ", normalization.StandardDeviation)}."),
                nameof(normalization));
        }

        return FiniteNumbers.FirstFault(network.state_dict()) is { } fault
            ? throw new ArgumentException($"The teacher's network '{network.Name}' cannot teach: its {fault}. "
                + "Expected finite weights: train it anew, or take another file.", nameof(network))
            : new NetworkTeacher(network, normalization, height, width, classNames);
    }

    /// <summary>Computes what the teacher makes of a batch: normalised, in evaluation mode, without gradient.</summary>
    /// <param name="pixels">Pixel values <c>[batch, channels, height, width]</c>, float32, on the teacher's device.</param>
    /// <returns>Tensors that the caller owns.</returns>
    /// <exception cref="ArgumentException">The batch has another shape or element type.</exception>
    internal NetworkOutput Compute(Tensor pixels)
    {
        CheckUsable();
        long[] shape = pixels.shape;
        if (pixels.dtype != ScalarType.Float32
            || shape.Length != 4
            || shape[1] != InputChannels
            || (Height ?? shape[2]) != shape[2]
            || (Width ?? shape[3]) != shape[3])
        {
            throw new ArgumentException(
                Invariant($"The teacher was given images of shape [{InvariantText.Join(", ", shape)}], {pixels.dtype}; ")
                    + Invariant($"expected [batch, {InputChannels}, {Height?.ToString(CultureInfo.InvariantCulture) ?? "height"}, ")
                    + Invariant($"{Width?.ToString(CultureInfo.InvariantCulture) ?? "width"}], Float32: ")
                    + "give it images like those it was trained on.",
                nameof(pixels));
        }

        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        Tensor input = Normalize(pixels);
        NetworkOutput output = _precision == Precision.Float32
            ? _network.Compute(input)
            : _network.Compute(input.to(ScalarType.BFloat16)).WithSingleScores();
        return output.MoveToOuterDisposeScope();
    }

    /// <summary>What the network sees of pixel values.</summary>
    /// <param name="pixels">Pixel values <c>[batch, channels, height, width]</c>, float32.</param>
    /// <returns>A new tensor of the same shape.</returns>
    internal Tensor Normalize(Tensor pixels) => _normalization.Apply(pixels);

    /// <summary>What tells this teacher from others.</summary>
    internal string Identity =>
        $"{NetworkName}, SHA-256 {Convert.ToHexStringLower(SHA256.HashData(NetworkWeights.Save(_network)))}, {_normalization.Identity}";

    /// <summary>Whether the network is one of the library's own, and does nothing but what these do.</summary>
    internal bool IsOfThisLibrary => IsInCatalog && _network.IsOfThisLibrary;

    /// <summary>Whether <see cref="NetworkCatalog"/> can make the network once more.</summary>
    internal bool IsInCatalog => NetworkCatalog.Names.Contains(NetworkName);

    /// <summary>The same teacher with batch norms folded, in these numbers, on a device; the caller owns it.</summary>
    /// <exception cref="InvalidOperationException">The network is not of the catalog.</exception>
    internal NetworkTeacher In(Precision precision, Device device)
    {
        CheckUsable();
        CheckInCatalog($"be copied into {precision} on {device}: leave TeacherPrecision Float32 and GpuDeviceId null");
        FeatureNetwork copy = _network.Copy().Prepare(folded: true, precision, device);
        return new NetworkTeacher(copy, _normalization, Height, Width, ClassNames, precision);
    }

    /// <summary>What <see cref="Precision.Auto"/> means for this teacher; a network that is not of the catalog stays in float32.</summary>
    internal Precision Choose(Precision asked, PrecisionChoice choice, long[] input, Device device) =>
        asked == Precision.Auto && !IsInCatalog
        ? Precision.Float32
        : choice.For(
            asked,
            "teacher",
            precision => PrecisionChoice.Measure(In(precision, device)._network, input, precision, device),
            device);

    private void CheckInCatalog(string aim)
    {
        if (!IsInCatalog)
        {
            throw new InvalidOperationException($"The teacher's network '{NetworkName}' is not in NetworkCatalog and cannot {aim}, "
                + "or register it by NetworkCatalog.Register (TorchScript cannot be registered).");
        }
    }

    private protected override bool HoldsWeights => !_network.IsDisposed;

    private protected override void Free() => _network.Dispose();
}
