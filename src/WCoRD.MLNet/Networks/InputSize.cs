using TorchSharp;
using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>
/// Finds by trying whether a network takes images of some size: what pools or flattens its maps may need more pixels than there are, and
/// libtorch says so in words of its own, or not at all.
/// </summary>
internal static class InputSize
{
    private const int LargestTried = 64;

    /// <summary>Tries one black image.</summary>
    /// <returns>The shapes of what the network gives.</returns>
    /// <exception cref="ArgumentException">It gives nothing, or no numbers; the message states the smallest square image that
    /// works.</exception>
    public static OutputShapes Try(FeatureNetwork network, int height, int width)
    {
        (OutputShapes? shapes, Exception? fault) = Run(network, height, width, learning: false);
        if (shapes is not null)
        {
            return shapes;
        }

        string works = Remedy(side => Run(network, side, side, learning: false).Shapes is not null);
        throw new ArgumentException(
            Invariant($"Network '{network.Name}' cannot take images of {network.InputChannels} x {height} x {width} ")
                + Invariant($"(channels x height x width): expected finite features [{network.FeatureSize}] ")
                + Invariant($"and logits [{network.Classes}], and maps that are not empty. {works}"),
            fault);
    }

    /// <summary>What to do about an image that does not work.</summary>
    /// <param name="works">Whether a square image of some side does.</param>
    public static string Remedy(Func<int, bool> works) => Enumerable.Range(1, LargestTried).FirstOrDefault(works) is int smallest and > 0
        ? Invariant($"The smallest square image that works is {smallest} x {smallest}: ")
            + "resize the images (ResizeImages), or take another network."
        : Invariant($"Nor does any square image up to {LargestTried} x {LargestTried} work: take another network.");

    /// <summary>
    /// Whether a network can learn from one example at a time: of one value of a channel batch norm has no variance, and what it keeps is
    /// no number from then on. The trial changes its statistics.
    /// </summary>
    public static bool LearnsFromOne(FeatureNetwork network, int height, int width) =>
        Run(network, height, width, learning: true).Shapes is not null;

    private static (OutputShapes? Shapes, Exception? Fault) Run(FeatureNetwork network, int height, int width, bool learning)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        bool before = network.training;
        network.train(learning);
        try
        {
            NetworkOutput output = network.Compute(zeros(1, network.InputChannels, height, width));
            bool right = output.Features.shape is [1, long features] && features == network.FeatureSize
                && output.Logits.shape is [1, long logits] && logits == network.Classes
                && output.StageMaps.All(map => map.dim() == 4 && map.numel() > 0) && IsFinite(output.Features) && IsFinite(output.Logits)
                && network.buffers().All(buffer => !buffer.is_floating_point() || IsFinite(buffer));
            return (
                right
                    ? new OutputShapes(
                        [.. output.StageMaps.Select(map => (map.shape[1], map.shape[2], map.shape[3]))],
                        network.FeatureSize,
                        network.Classes)
                    : null,
                null);
        }
#pragma warning disable CA1031 // A network of one's own may throw anything; it is handed on as the cause.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            return (null, fault);
        }
        finally
        {
            network.train(before);
        }
    }

    private static bool IsFinite(Tensor values) => values.isfinite().all().ToBoolean();
}
