using Microsoft.ML;
using Microsoft.ML.Data;

namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed class Cifar100CatalogTests
{
    private readonly MLContext _ml = new(seed: 1);

    [TestMethod]
    public void Load_HandmadeFile_GivesItsBytes()
    {
        using var folder = new TemporaryFolder();
        folder.WriteRecords(130);
        IDataView data = _ml.Data.LoadFromCifar100(folder.Path, Cifar100Split.Train);

        Row[] rows = [.. _ml.Data.CreateEnumerable<Row>(data, reuseRowObject: false)];

        Assert.AreEqual(130L, data.GetRowCount());
        Assert.HasCount(130, rows);
        for (int i = 0; i < rows.Length; i++)
        {
            Assert.AreEqual((uint)(i % 100) + 1, rows[i].Label);
            Assert.AreEqual((uint)(i % 20) + 1, rows[i].CoarseLabel);
            CollectionAssert.AreEqual(Enumerable.Range(0, 3072).Select(p => (byte)((7 * i) + p)).ToArray(), rows[i].Pixels);
        }
    }

    [TestMethod]
    public void Load_OneFileOfAnyName_IsRead()
    {
        using var folder = new TemporaryFolder();

        Assert.AreEqual(3L, _ml.Data.LoadFromCifar100(folder.WriteRecords(3, "mine.dat"), Cifar100Split.Test).GetRowCount());
    }

    [TestMethod]
    public void Load_LinkToAFile_ReadsItsTarget()
    {
        using var folder = new TemporaryFolder();
        File.CreateSymbolicLink(folder.File("train.bin"), folder.WriteRecords(3, "elsewhere.dat"));

        Assert.AreEqual(3L, _ml.Data.LoadFromCifar100(folder.Path).GetRowCount());
    }

    [TestMethod]
    public void Load_FolderWithUnpackedArchive_FindsTheSplit()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.File("cifar-100-binary"));
        folder.WriteRecords(2, "cifar-100-binary/train.bin");
        folder.WriteRecords(1, "cifar-100-binary/test.bin");

        Assert.AreEqual(1L, _ml.Data.LoadFromCifar100(folder.Path, Cifar100Split.Test).GetRowCount());
        Assert.AreEqual(2L, _ml.Data.LoadFromCifar100(folder.Path).GetRowCount());
    }

    [TestMethod]
    public void Schema_WithoutNameFiles_HasOfficialNamesAndShapes()
    {
        using var folder = new TemporaryFolder();
        DataViewSchema schema = _ml.Data.LoadFromCifar100(folder.WriteRecords(1)).Schema;

        string[] fine = Names(schema["Label"]);
        string[] coarse = Names(schema["CoarseLabel"]);
        Assert.HasCount(100, fine);
        Assert.HasCount(20, coarse);
        Assert.AreEqual("apple aquarium_fish baby worm", string.Join(' ', fine[0], fine[1], fine[2], fine[99]));
        Assert.AreEqual("large_man-made_outdoor_things", coarse[9]);
        Assert.AreEqual(100UL, ((KeyDataViewType)schema["Label"].Type).Count);
        Assert.AreEqual(20UL, ((KeyDataViewType)schema["CoarseLabel"].Type).Count);
        var pixels = (VectorDataViewType)schema["Pixels"].Type;
        Assert.AreEqual(NumberDataViewType.Byte, pixels.ItemType);
        CollectionAssert.AreEqual(new[] { 3, 32, 32 }, pixels.Dimensions.ToArray());
    }

    [TestMethod]
    public void Schema_WithNameFile_TakesItsNames()
    {
        using var folder = new TemporaryFolder();
        folder.WriteRecords(1);
        File.WriteAllText(folder.File("coarse_label_names.txt"), string.Join("\r\n", Enumerable.Range(0, 20).Select(i => $"c{i}")) + "\r\n\r\n");

        Assert.AreEqual("c19", Names(_ml.Data.LoadFromCifar100(folder.Path).Schema["CoarseLabel"])[19]);
    }

    [TestMethod]
    [DataRow(19, "has 19 names: expected 20")]
    [DataRow(21, "has 21 names: expected 20")]
    public void Load_WrongNumberOfNames_IsRefused(int names, string expected)
    {
        using var folder = new TemporaryFolder();
        folder.WriteRecords(1);
        File.WriteAllLines(folder.File("coarse_label_names.txt"), Enumerable.Range(0, names).Select(i => $"c{i}"));

        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => _ml.Data.LoadFromCifar100(folder.Path)).Message, expected);
    }

    [TestMethod]
    public void Load_NameTwice_IsRefused()
    {
        using var folder = new TemporaryFolder();
        folder.WriteRecords(1);
        File.WriteAllLines(folder.File("coarse_label_names.txt"), Enumerable.Repeat("same", 20));

        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => _ml.Data.LoadFromCifar100(folder.Path)).Message, "'same' more than once");
    }

    [TestMethod]
    public void Load_NothingThere_NamesWhatIsExpected()
    {
        using var folder = new TemporaryFolder();

        StringAssert.Contains(Assert.ThrowsExactly<FileNotFoundException>(() => _ml.Data.LoadFromCifar100(folder.Path, Cifar100Split.Test)).Message, "no test.bin");
        StringAssert.Contains(Assert.ThrowsExactly<FileNotFoundException>(() => _ml.Data.LoadFromCifar100(folder.File("none"))).Message, "does not exist");
        Assert.ThrowsExactly<ArgumentException>(() => _ml.Data.LoadFromCifar100(" "));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ml.Data.LoadFromCifar100(folder.Path, (Cifar100Split)5));
    }

    [TestMethod]
    public void Load_IncompleteRecord_NamesItsOffset()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder.File("train.bin"), new byte[(2 * 3074) + 17]);

        string message = Assert.ThrowsExactly<InvalidDataException>(() => _ml.Data.LoadFromCifar100(folder.Path)).Message;

        StringAssert.Contains(message, "byte offset 6148 has 17 of the expected 3074 bytes");
        StringAssert.Contains(message, folder.File("train.bin"));
    }

    [TestMethod]
    public void Load_EmptyFile_IsRefused()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder.File("train.bin"), []);

        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => _ml.Data.LoadFromCifar100(folder.Path)).Message, "is empty");
    }

    [TestMethod]
    public void Catalog_Transforms_WorkOnTheRows()
    {
        using var folder = new TemporaryFolder();
        folder.WriteRecords(200);
        IDataView data = _ml.Data.LoadFromCifar100(folder.Path);

        uint[] shuffled = [.. _ml.Data.ShuffleRows(data, seed: 2).GetColumn<uint>("Label")];
        Assert.HasCount(200, shuffled);
        CollectionAssert.AreEquivalent(data.GetColumn<uint>("Label").ToArray(), shuffled);
        CollectionAssert.AreNotEqual(data.GetColumn<uint>("Label").ToArray(), shuffled);

        CollectionAssert.AreEqual(new uint[] { 6, 7, 8 }, _ml.Data.TakeRows(_ml.Data.SkipRows(data, 5), 3).GetColumn<uint>("Label").ToArray());

        DataOperationsCatalog.TrainTestData parts = _ml.Data.TrainTestSplit(data, 0.25, seed: 3);
        CollectionAssert.AreEquivalent(
            data.GetColumn<uint>("Label").ToArray(),
            parts.TrainSet.GetColumn<uint>("Label").Concat(parts.TestSet.GetColumn<uint>("Label")).ToArray());

        IDataView named = _ml.Transforms.Conversion.MapKeyToValue("Name", "Label").Fit(data).Transform(data);
        Assert.AreEqual("aquarium_fish", named.GetColumn<string>("Name").ElementAt(1));
    }

    [TestMethod]
    [TestCategory("RealData")]
    [DataRow(Cifar100Split.Train, 500, 19, 11)]
    [DataRow(Cifar100Split.Test, 100, 49, 10)]
    public void Load_OfficialFile_HasKnownRows(Cifar100Split split, int perClass, int firstFine, int firstCoarse)
    {
        IDataView data = _ml.Data.LoadFromCifar100(RealData.Split(split == Cifar100Split.Train ? "train.bin" : "test.bin"), split);
        uint[] fine = [.. data.GetColumn<uint>("Label")];
        uint[] coarse = [.. data.GetColumn<uint>("CoarseLabel")];

        Assert.AreEqual((uint)firstFine + 1, fine[0]);
        Assert.AreEqual((uint)firstCoarse + 1, coarse[0]);
        Assert.IsTrue(fine.CountBy(label => label).All(count => count.Value == perClass));
        Assert.IsTrue(coarse.CountBy(label => label).All(count => count.Value == 5 * perClass));
        Assert.AreEqual(100 * perClass, fine.Length);
        Assert.AreEqual(100, fine.Zip(coarse).Distinct().Count());
    }

    private static string[] Names(DataViewSchema.Column column)
    {
        VBuffer<ReadOnlyMemory<char>> names = default;
        column.GetKeyValues(ref names);
        return [.. names.DenseValues().Select(name => name.ToString())];
    }

    private sealed class Row
    {
        [KeyType(100)]
        public uint Label { get; set; }

        [KeyType(20)]
        public uint CoarseLabel { get; set; }

        [VectorType(3, 32, 32)]
        public byte[] Pixels { get; set; } = [];
    }
}
