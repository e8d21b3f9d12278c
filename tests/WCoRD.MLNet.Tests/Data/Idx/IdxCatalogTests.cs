using System.IO.Compression;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed class IdxCatalogTests
{
    private static readonly byte[] Images = [0, 0, 8, 3, 0, 0, 0, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 1, 2, 3, 10, 11, 12, 13, 20, 21, 22, 23];
    private static readonly byte[] Labels = [0, 0, 8, 1, 0, 0, 0, 3, 7, 0, 9];
    private readonly MLContext _mlContext = new();

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void Load_PlainOrPacked_GivesLabelsAndPixels(bool packed)
    {
        using var folder = new TemporaryFolder();
        IDataView data = Load(folder, Images, Labels, packed);
        Assert.AreEqual(3, data.GetRowCount());
        Assert.AreEqual(new VectorDataViewType(NumberDataViewType.Byte, 1, 2, 2), data.Schema["Pixels"].Type);
        Assert.AreEqual(10ul, ((KeyDataViewType)data.Schema["Label"].Type).Count);
        CollectionAssert.AreEqual(new uint[] { 8, 1, 10 }, data.GetColumn<uint>("Label").ToArray());
        CollectionAssert.AreEqual(new byte[] { 20, 21, 22, 23 }, data.GetColumn<byte[]>("Pixels").Last());
        IDataView named = _mlContext.Transforms.Conversion.MapKeyToValue("Name", "Label").Fit(data).Transform(data);
        CollectionAssert.AreEqual(new[] { "7", "0", "9" }, named.GetColumn<string>("Name").ToArray());
    }

    [TestMethod]
    public void Load_FourDimensions_AreChannels()
    {
        using var folder = new TemporaryFolder();
        byte[] images = [0, 0, 8, 4, 0, 0, 0, 3, 0, 0, 0, 4, 0, 0, 0, 1, 0, 0, 0, 1, .. Images[16..]];
        Assert.AreEqual(new VectorDataViewType(NumberDataViewType.Byte, 4, 1, 1), Load(folder, images, Labels).Schema["Pixels"].Type);
    }

    [TestMethod]
    [DataRow(0, 1, "begins with the bytes 01000803: expected 0000")]
    [DataRow(2, 0x0D, "has element type 0D at byte offset 2: expected 08")]
    [DataRow(3, 9, "has 9 dimensions at byte offset 3")]
    [DataRow(7, 4, "announces 4 records at byte offset 4 and holds 3 of 4 bytes")]
    [DataRow(11, 0, "has dimension 0 at byte offset 8")]
    // Images of 2 x 3 in the space of 2 x 2.
    [DataRow(15, 3, "announces 3 records at byte offset 4 and holds 2 of 6 bytes")]
    public void Load_WrongHeader_NamesFoundAndExpected(int at, int value, string expected)
    {
        using var folder = new TemporaryFolder();
        byte[] images = [.. Images];
        images[at] = (byte)value;
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => Load(folder, images, Labels)).Message, expected);
    }

    [TestMethod]
    public void Load_CutOff_NamesTheOffset()
    {
        using var folder = new TemporaryFolder();
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => Load(folder, Images[..^1], Labels)).Message, "the record at byte offset 24 has 3 of the expected 4 bytes");
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => Load(folder, Images[..10], Labels)).Message, "expected a header of 16 bytes");
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => Load(folder, [], Labels)).Message, "begins with the bytes");
    }

    [TestMethod]
    public void Load_PackedAndDamaged_SaysSo()
    {
        using var folder = new TemporaryFolder();
        byte[] packed = Pack(Images);
        packed[12] ^= 0xFF;
        File.WriteAllBytes(folder.File("images"), packed);
        File.WriteAllBytes(folder.File("labels"), Labels);
        Assert.ThrowsExactly<InvalidDataException>(() => _mlContext.Data.LoadFromIdx(folder.File("images"), folder.File("labels")));
    }

    [TestMethod]
    public void Load_DifferentCountsOrSwapped_SaysSo()
    {
        using var folder = new TemporaryFolder();
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => Load(folder, Images, [0, 0, 8, 1, 0, 0, 0, 2, 7, 0])).Message, "has 3 images and");
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => Load(folder, Labels, Images)).Message, "has 1 dimension(s): expected 3");
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => Load(folder, Images, Images)).Message, "has 3 dimensions: expected 1");
    }

    [TestMethod]
    public void Load_Absent_NamesTheParameter() =>
        StringAssert.Contains(Assert.ThrowsExactly<FileNotFoundException>(() => _mlContext.Data.LoadFromIdx("no-such-file", "no-such-file")).Message, "imagesPath is");

    [TestMethod]
    public void Label_OutOfRange_NamesRecordAndOffset()
    {
        using var folder = new TemporaryFolder();
        IDataView data = Load(folder, Images, [0, 0, 8, 1, 0, 0, 0, 3, 7, 10, 9]);
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => data.GetColumn<uint>("Label").ToArray()).Message, "has label 10 in record 1, at byte offset 9: expected 0 to 9");
    }

    [TestMethod]
    [TestCategory("RealData")]
    public void Load_Mnist_HasItsDigits()
    {
        IDataView data = _mlContext.Data.LoadFromIdx(RealData.Mnist("images-idx3"), RealData.Mnist("labels-idx1"));
        Assert.AreEqual(10000, data.GetRowCount());
        // The published first labels of the test set.
        CollectionAssert.AreEqual(new uint[] { 7, 2, 1, 0, 4, 1, 4, 9, 5, 9 }, data.GetColumn<uint>("Label").Take(10).Select(key => key - 1).ToArray());
        Assert.AreEqual(new VectorDataViewType(NumberDataViewType.Byte, 1, 28, 28), data.Schema["Pixels"].Type);
    }

    private IDataView Load(TemporaryFolder folder, byte[] images, byte[] labels, bool packed = false)
    {
        File.WriteAllBytes(folder.File("images"), packed ? Pack(images) : images);
        File.WriteAllBytes(folder.File("labels"), packed ? Pack(labels) : labels);
        return _mlContext.Data.LoadFromIdx(folder.File("images"), folder.File("labels"));
    }

    private static byte[] Pack(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
        {
            gzip.Write(bytes);
        }

        return packed.ToArray();
    }
}
