using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>
/// The shuffle of the ShuffleNets: channels of g groups are dealt out in turn, so that the next grouped convolution sees all of them.
/// </summary>
internal static class ChannelShuffle
{
    /// <param name="map"><c>[batch, channels, height, width]</c>.</param>
    /// <param name="groups">g, a divisor of the channels.</param>
    /// <returns>A tensor of the same shape, whose channel <c>j g + i</c> is channel <c>i channels/g + j</c> of the map.</returns>
    public static Tensor Shuffle(this Tensor map, int groups)
    {
        using var scope = NewDisposeScope();
        long[] shape = map.shape;
        return map.reshape(shape[0], groups, shape[1] / groups, shape[2], shape[3])
            .transpose(1, 2)
            .reshape(shape)
            .MoveToOuterDisposeScope();
    }
}
