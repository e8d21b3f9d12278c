using TorchSharp.Modules;
using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>Counts what a network computes for one image, by watching its layers.</summary>
internal static class Multiplications
{
    /// <summary>Counts the multiplications of convolutions and linear layers.</summary>
    /// <exception cref="ArgumentException">The network cannot take such images.</exception>
    public static long Count(FeatureNetwork network, int height, int width)
    {
        long count = 0;

        // Every output number of a layer is a sum over one row of its weights.
        Tensor Add(Tensor weight, Tensor output)
        {
            count += output.numel() * (weight.numel() / weight.shape[0]);
            return output;
        }

        Action[] ends =
        [
            .. network.modules().OfType<Conv2d>().Select(layer =>
                (Action)layer.register_forward_hook((_, _, output) => Add(layer.weight, output)).remove),
            .. network.modules().OfType<Linear>().Select(layer =>
                (Action)layer.register_forward_hook((_, _, output) => Add(layer.weight, output)).remove),
        ];
        try
        {
            _ = network.ShapesFor(height, width);
            return count;
        }
        finally
        {
            foreach (Action end in ends)
            {
                end();
            }
        }
    }
}
