using Microsoft.ML;
using Microsoft.ML.Data;

namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed class FixedRecordsCatalogTests
{
    private readonly MLContext _mlContext = new();

    private static FixedRecordLayout Layout => new FixedRecordLayout { HeaderBytes = 3 }.Value("Speaker").Skip(2).Key("Label", 4, ["a", "b", "c", "d"]).Pixels("Pixels", 1, 2, 2);

    [TestMethod]
    public void Load_Records_GivesTheFieldsAsColumns()
    {
        using var folder = new TemporaryFolder();
        IDataView data = _mlContext.Data.LoadFromFixedRecords(Write(folder, 9), Layout);
        CollectionAssert.AreEqual(new[] { "Speaker", "Label", "Pixels" }, data.Schema.Select(column => column.Name).ToArray());
        Assert.AreEqual(new VectorDataViewType(NumberDataViewType.Byte, 1, 2, 2), data.Schema["Pixels"].Type);
        Assert.AreEqual(9, data.GetRowCount());
        CollectionAssert.AreEqual(Enumerable.Range(0, 9).Select(i => (float)i).ToArray(), data.GetColumn<float>("Speaker").ToArray());
        CollectionAssert.AreEqual(Enumerable.Range(0, 9).Select(i => (uint)(i % 4) + 1).ToArray(), data.GetColumn<uint>("Label").ToArray());
        CollectionAssert.AreEqual(new byte[] { 70, 71, 72, 73 }, data.GetColumn<byte[]>("Pixels").ElementAt(7));
        IDataView named = _mlContext.Transforms.Conversion.MapKeyToValue("Name", "Label").Fit(data).Transform(data);
        Assert.AreEqual("b", named.GetColumn<string>("Name").ElementAt(1));
    }

    [TestMethod]
    public void Load_Filtered_SelectsByAValue()
    {
        using var folder = new TemporaryFolder();
        IDataView data = _mlContext.Data.LoadFromFixedRecords(Write(folder, 9), Layout);
        IDataView some = _mlContext.Data.FilterRowsByColumn(data, "Speaker", lowerBound: 3, upperBound: 6);
        CollectionAssert.AreEqual(new[] { 3f, 4f, 5f }, some.GetColumn<float>("Speaker").ToArray());
    }

    [TestMethod]
    public void Load_Shuffled_GivesEveryRowOnce()
    {
        using var folder = new TemporaryFolder();
        IDataView data = _mlContext.Data.LoadFromFixedRecords(Write(folder, 50), Layout);
        float[] order = [.. _mlContext.Data.ShuffleRows(data, seed: 1).GetColumn<float>("Speaker")];
        CollectionAssert.AreNotEqual(Enumerable.Range(0, 50).Select(i => (float)i).ToArray(), order);
        CollectionAssert.AreEquivalent(Enumerable.Range(0, 50).Select(i => (float)i).ToArray(), order);
    }

    [TestMethod]
    public void Load_CutOff_NamesTheOffset()
    {
        using var folder = new TemporaryFolder();
        string path = Write(folder, 2);
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..^1]);
        string message = Assert.ThrowsExactly<InvalidDataException>(() => _mlContext.Data.LoadFromFixedRecords(path, Layout)).Message;
        // A header of 3 bytes, one record of 8, and 7 bytes of the next.
        StringAssert.Contains(message, "has 18 bytes: the record at byte offset 11 has 7 of the expected 8 bytes");
    }

    [TestMethod]
    public void Load_EmptyOrAbsent_SaysSo()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder.File("empty.bin"), [1, 2, 3]);
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => _mlContext.Data.LoadFromFixedRecords(folder.File("empty.bin"), Layout)).Message, "is empty: it has 3 bytes, expected a header of 3 bytes and records of 8 bytes");
        StringAssert.Contains(Assert.ThrowsExactly<FileNotFoundException>(() => _mlContext.Data.LoadFromFixedRecords(folder.File("none.bin"), Layout)).Message, "does not exist");
    }

    [TestMethod]
    public void Label_OutOfRange_NamesRecordAndOffset()
    {
        using var folder = new TemporaryFolder();
        string path = Write(folder, 3);
        byte[] bytes = File.ReadAllBytes(path);
        bytes[3 + 8 + 3] = 4;
        File.WriteAllBytes(path, bytes);
        IDataView data = _mlContext.Data.LoadFromFixedRecords(path, Layout);
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => data.GetColumn<uint>("Label").ToArray()).Message, "'Label' 4 in record 1, at byte offset 14: expected 0 to 3");
    }

    [TestMethod]
    public void Layout_Mistakes_AreRefused()
    {
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => Layout.Value("Label")).Message, "has a column 'Label' already");
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => Layout.Key("Other", 3, ["x"])).Message, "has 1 names: expected 3");
        Assert.ThrowsExactly<ArgumentException>(() => Layout.Value(""));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Layout.Key("Other", 257));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Layout.Pixels("Other", 1, 0, 1));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Layout.Skip(0));
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => _mlContext.Data.LoadFromFixedRecords("any", new FixedRecordLayout())).Message, "has no fields");
    }

    [TestMethod]
    [TestCategory("RealData")]
    public void Load_SpokenDigits_HasItsClipsOfEachDigitAndPart()
    {
        var layout = new FixedRecordLayout().Key("Label", 10).Value("Speaker").Value("Index").Value("IsTest").Pixels("Pixels", 1, 32, 32);
        IDataView data = _mlContext.Data.LoadFromFixedRecords(RealData.SpokenDigits, layout);
        Assert.AreEqual(3000, data.GetRowCount());
        Assert.AreEqual(300, data.GetColumn<float>("IsTest").Count(value => value == 1));
        Assert.IsTrue(data.GetColumn<uint>("Label").CountBy(label => label).All(pair => pair.Value == 300));
    }

    private static string Write(TemporaryFolder folder, int records)
    {
        string path = folder.File("records.bin");
        File.WriteAllBytes(path, [9, 9, 9, .. Enumerable.Range(0, records).SelectMany(i => new[] { i, 8, 8, i % 4, i * 10, (i * 10) + 1, (i * 10) + 2, (i * 10) + 3 }).Select(value => (byte)value)]);
        return path;
    }
}
