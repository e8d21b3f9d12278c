using static TorchSharp.torch;

namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed class QuantizedWeightsTests
{
    [TestMethod]
    [DataRow(true, 63, new[] { -63, 47, 16, 63, 0, -16, 0, 0, 0 })]
    [DataRow(false, 127, new[] { -127, 95, 32, 127, 0, -32, 0, 0, 0 })]
    public void Of_ChannelsOfUnlikeSize_HasAScaleForEach(bool reduceRange, int most, int[] expected)
    {
        using var scope = NewDisposeScope();
        var graph = new NetworkGraph(zeros(2, 3, 1, 1));
        GraphValue weight = graph.Constant(tensor(new[] { -2f, 1.5f, 0.5f, 1000f, 0f, -250f, 0f, 0f, 0f }).view(3, 3, 1, 1));
        (sbyte[] whole, float[] scales) = QuantizedWeights.Of(weight, reduceRange);
        // -2, 1.5 and 0.5 in steps of 2 / 63 or 2 / 127, and so on.
        CollectionAssert.AreEqual(new[] { 2f / most, 1000f / most }, scales[..2]);
        CollectionAssert.AreEqual(expected, Array.ConvertAll(whole, value => (int)value));
        // Nothing is divided by 0 for a channel of nothing but 0.
        Assert.IsGreaterThan(0, scales[2]);
    }
}
