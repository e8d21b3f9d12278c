using System.Security.Cryptography;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed class SampleImagesTests
{
    [TestMethod]
    public void Write_AnyMachine_GivesTheSameBytes()
    {
        using var folder = new TemporaryFolder();
        SampleImages.Write(folder.Path, 200, 100, seed: 1);

        // A change detector: whoever changes the drawing on purpose changes these too.
        Assert.AreEqual("a5ff90eab63af1815e94d3281f1fa676203033ed4bf275d63160a4e077244527", Hash(folder.File("train.bin")));
        Assert.AreEqual("a377dd4d90cf1a3cad7271c9c72d42081021ebb1cb63042901edba8f81c13028", Hash(folder.File("test.bin")));
    }

    [TestMethod]
    public void Write_Loads_WithBalancedClassesAndOwnNames()
    {
        using var folder = new TemporaryFolder();
        SampleImages.Write(folder.Path, 300, 100);
        var ml = new MLContext();

        IDataView train = ml.Data.LoadFromCifar100(folder.Path, Cifar100Split.Train);
        uint[] fine = [.. train.GetColumn<uint>("Label")];
        uint[] coarse = [.. train.GetColumn<uint>("CoarseLabel")];
        VBuffer<ReadOnlyMemory<char>> names = default;
        train.Schema["Label"].GetKeyValues(ref names);

        Assert.IsTrue(fine.CountBy(label => label).All(count => count.Value == 3));
        Assert.AreEqual(100, fine.Distinct().Count());
        Assert.IsTrue(fine.Zip(coarse).All(row => (row.First - 1) / 5 == row.Second - 1));
        Assert.AreEqual("plain_disc", names.GetItemOrDefault(0).ToString());
        Assert.AreEqual("dotted_pair", names.GetItemOrDefault(99).ToString());
        Assert.AreEqual(100L, ml.Data.LoadFromCifar100(folder.Path, Cifar100Split.Test).GetRowCount());
    }

    [TestMethod]
    public void Write_Images_DifferFromEachOther()
    {
        using var folder = new TemporaryFolder();
        SampleImages.Write(folder.Path, 200, 200);

        byte[] both = [.. File.ReadAllBytes(folder.File("train.bin")), .. File.ReadAllBytes(folder.File("test.bin"))];
        Assert.AreEqual(400, both.Chunk(3074).Select(record => Convert.ToHexString(record.AsSpan(2))).Distinct().Count());
    }

    [TestMethod]
    public void Write_LongerOrOtherSeed_KeepsThePrefixOrChanges()
    {
        using var folder = new TemporaryFolder();
        SampleImages.Write(folder.Path, 50, 1);
        byte[] shorter = File.ReadAllBytes(folder.File("train.bin"));
        SampleImages.Write(folder.Path, 120, 1);
        byte[] longer = File.ReadAllBytes(folder.File("train.bin"));
        SampleImages.Write(folder.Path, 50, 1, seed: 2);

        CollectionAssert.AreEqual(shorter, longer[..shorter.Length]);
        CollectionAssert.AreNotEqual(shorter, File.ReadAllBytes(folder.File("train.bin")));
        Assert.HasCount(4, Directory.GetFiles(folder.Path));
    }

    [TestMethod]
    public void Write_OverOtherData_IsRefused()
    {
        using var folder = new TemporaryFolder();
        byte[] before = File.ReadAllBytes(folder.WriteRecords(2, "test.bin"));

        StringAssert.Contains(Assert.ThrowsExactly<IOException>(() => SampleImages.Write(folder.Path, 1, 1)).Message, "test.bin");
        CollectionAssert.AreEqual(before, File.ReadAllBytes(folder.File("test.bin")));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => SampleImages.Write(folder.Path, 0));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => SampleImages.Write(folder.Path, 1, 0));
    }

    private static string Hash(string file) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file)));
}
