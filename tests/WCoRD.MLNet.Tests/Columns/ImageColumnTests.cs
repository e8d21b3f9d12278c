using Microsoft.ML;
using Microsoft.ML.Data;

namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed class ImageColumnTests
{
    private static DataViewSchema Schema(params int[] dimensions)
    {
        var builder = new DataViewSchema.Builder();
        builder.AddColumn("Pixels", new VectorDataViewType(NumberDataViewType.Byte, dimensions));
        return builder.ToSchema();
    }

    private static ImageColumn Find(int[] dimensions, int[]? shape = null) => ImageColumn.Find(Schema(dimensions), "InputColumnName", "Pixels", shape, "InputShape");

    private static string Fault(int[] dimensions, int[]? shape = null) => Assert.ThrowsExactly<ArgumentException>(() => Find(dimensions, shape)).Message;

    [TestMethod]
    [DataRow(32, 32, 3)]
    [DataRow(28, 28, 1)]
    [DataRow(16, 24, 4)]
    [DataRow(224, 224, 3)]
    [DataRow(2, 7, 3)]
    public void Find_ChannelsLast_NamesTheOrderExpected(int first, int second, int third)
    {
        string fault = Fault([first, second, third]);
        StringAssert.Contains(fault, "which looks like height x width x channels: expected channels x height x width");
        StringAssert.Contains(fault, "interleavePixelColors");
        StringAssert.Contains(fault, $"set InputShape to [{first}, {second}, {third}]");
    }

    [TestMethod]
    [DataRow(3, 32, 32)]
    [DataRow(1, 28, 28)]
    [DataRow(4, 16, 3)]
    [DataRow(3, 3, 3)]
    [DataRow(2, 8, 8)]
    [DataRow(2, 4, 4)]
    [DataRow(64, 4, 4)]
    [DataRow(13, 10, 20)]
    public void Find_ChannelsFirst_IsTaken(int channels, int height, int width)
    {
        ImageColumn found = Find([channels, height, width]);
        Assert.AreEqual((channels, height, width), (found.Channels, found.Height, found.Width));
    }

    [TestMethod]
    public void Find_ShapeGiven_DecidesWhatIsFlatOrLooksOtherwise()
    {
        foreach ((int[] dimensions, int[] shape) in new (int[], int[])[] { ([3072], [3, 32, 32]), ([28, 28], [1, 28, 28]), ([32, 32, 3], [32, 32, 3]), ([3, 32, 32], [3, 32, 32]) })
        {
            ImageColumn found = Find(dimensions, shape);
            CollectionAssert.AreEqual(shape, found.Dimensions);
        }
    }

    [TestMethod]
    public void Find_ShapeThatDoesNotFit_SaysBoth()
    {
        StringAssert.Contains(Fault([3072], [3, 28, 28]), "a column of type Vector<Byte, 3072>: expected 3 x 28 x 28 (channels x height x width), as InputShape says");
        StringAssert.Contains(Fault([32, 32, 3], [3, 32, 32]), "expected 3 x 32 x 32");
        StringAssert.Contains(Fault([28, 28], [3, 28, 28]), "expected 3 x 28 x 28");
    }

    [TestMethod]
    public void Find_FlatWithoutShape_NamesTheOption() =>
        StringAssert.Contains(Fault([3072]), "which has 1 dimension(s): expected Vector<Byte> or Vector<Single> of known size channels x height x width, as LoadFromCifar100 or ExtractPixels give; where the pixels do lie in this order (all of one channel, row by row, then those of the next), set InputShape to channels, height and width, such as [3, 32, 32]");
}
