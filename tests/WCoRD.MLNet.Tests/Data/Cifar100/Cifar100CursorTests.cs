using Microsoft.ML;
using Microsoft.ML.Data;

namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed class Cifar100CursorTests
{
    private readonly MLContext _ml = new(seed: 1);

    [TestMethod]
    public void Shuffle_SameSeed_SameCompleteOrder()
    {
        using var folder = new TemporaryFolder();
        IDataView data = _ml.Data.LoadFromCifar100(folder.WriteRecords(300));

        ulong[] plain = Ids(data.GetRowCursor(data.Schema));
        ulong[] first = Ids(data.GetRowCursor(data.Schema, new Random(4)));

        CollectionAssert.AreEqual(Enumerable.Range(0, 300).Select(i => (ulong)i).ToArray(), plain);
        CollectionAssert.AreEquivalent(plain, first);
        CollectionAssert.AreEqual(first, Ids(data.GetRowCursor(data.Schema, new Random(4))));
        CollectionAssert.AreNotEqual(first, Ids(data.GetRowCursor(data.Schema, new Random(5))));
        Assert.IsTrue(data.CanShuffle);
    }

    [TestMethod]
    [DataRow(1, 4, 1)]
    [DataRow(64, 4, 1)]
    [DataRow(65, 4, 2)]
    [DataRow(500, 3, 3)]
    [DataRow(500, 0, 1)]
    public void CursorSet_AnySize_CoversEveryRowOnceInBatchOrder(int rows, int wanted, int expected)
    {
        using var folder = new TemporaryFolder();
        IDataView data = _ml.Data.LoadFromCifar100(folder.WriteRecords(rows));

        DataViewRowCursor[] cursors = data.GetRowCursorSet(data.Schema, wanted);
        var seen = new List<(long Batch, ulong Id, int Cursor)>();
        for (int c = 0; c < cursors.Length; c++)
        {
            using DataViewRowCursor cursor = cursors[c];
            ValueGetter<DataViewRowId> id = cursor.GetIdGetter();
            long batch = 0;
            while (cursor.MoveNext())
            {
                DataViewRowId value = default;
                id(ref value);
                Assert.IsGreaterThanOrEqualTo(batch, cursor.Batch);
                seen.Add((batch = cursor.Batch, value.Low, c));
            }
        }

        Assert.HasCount(expected, cursors);
        Assert.IsTrue(seen.GroupBy(row => row.Batch).All(batch => batch.Select(row => row.Cursor).Distinct().Count() == 1));
        CollectionAssert.AreEqual(Enumerable.Range(0, rows).Select(i => (ulong)i).ToArray(), seen.OrderBy(row => row.Batch).Select(row => row.Id).ToArray());
    }

    [TestMethod]
    public void CursorSet_Shuffled_IsDisjointAndComplete()
    {
        using var folder = new TemporaryFolder();
        IDataView data = _ml.Data.LoadFromCifar100(folder.WriteRecords(300));

        ulong[] ids = [.. data.GetRowCursorSet(data.Schema, 3, new Random(2)).SelectMany(Ids)];

        CollectionAssert.AreEquivalent(Enumerable.Range(0, 300).Select(i => (ulong)i).ToArray(), ids);
    }

    [TestMethod]
    public void Values_OutsideTheRows_AreRefused()
    {
        using var folder = new TemporaryFolder();
        IDataView data = _ml.Data.LoadFromCifar100(folder.WriteRecords(1));
        using DataViewRowCursor cursor = data.GetRowCursor(data.Schema);
        ValueGetter<uint> label = cursor.GetGetter<uint>(data.Schema["Label"]);
        uint value = 0;

        Assert.AreEqual(-1L, cursor.Position);
        StringAssert.Contains(Assert.ThrowsExactly<InvalidOperationException>(() => label(ref value)).Message, "MoveNext");
        Assert.IsTrue(cursor.MoveNext());
        label(ref value);
        Assert.AreEqual(1u, value);
        Assert.AreEqual(0L, cursor.Position);
        Assert.IsFalse(cursor.MoveNext());
        Assert.IsFalse(cursor.MoveNext());
        StringAssert.Contains(Assert.ThrowsExactly<InvalidOperationException>(() => label(ref value)).Message, "after the last");
    }

    [TestMethod]
    public void Getter_InactiveColumnOrWrongType_IsRefused()
    {
        using var folder = new TemporaryFolder();
        IDataView data = _ml.Data.LoadFromCifar100(folder.WriteRecords(1));
        using DataViewRowCursor cursor = data.GetRowCursor([data.Schema["Label"]]);

        Assert.IsFalse(cursor.IsColumnActive(data.Schema["Pixels"]));
        StringAssert.Contains(Assert.ThrowsExactly<InvalidOperationException>(() => cursor.GetGetter<VBuffer<byte>>(data.Schema["Pixels"])).Message, "'Pixels' is not active");
        StringAssert.Contains(Assert.ThrowsExactly<InvalidOperationException>(() => cursor.GetGetter<float>(data.Schema["Label"])).Message, "a getter of System.Single was asked for");
    }

    [TestMethod]
    [DataRow(0, 20, "CoarseLabel", "coarse label 20 in record 2, at byte offset 6148: expected 0 to 19")]
    [DataRow(1, 100, "Label", "fine label 100 in record 2, at byte offset 6149: expected 0 to 99")]
    public void Label_OutOfRange_NamesRecordAndOffset(int at, int value, string column, string expected)
    {
        using var folder = new TemporaryFolder();
        byte[] bytes = TemporaryFolder.Records(4);
        bytes[(2 * 3074) + at] = (byte)value;
        File.WriteAllBytes(folder.File("train.bin"), bytes);
        IDataView data = _ml.Data.LoadFromCifar100(folder.Path);

        string message = Assert.ThrowsExactly<InvalidDataException>(() => Read<uint>(data, column)).Message;

        StringAssert.Contains(message, expected);
        StringAssert.Contains(message, folder.File("train.bin"));

        // Who does not ask for the damaged value is not disturbed.
        Read<VBuffer<byte>>(data, "Pixels");
    }

    [TestMethod]
    public void File_GoneOrChangedAfterLoading_IsAClearError()
    {
        using var folder = new TemporaryFolder();
        IDataView data = _ml.Data.LoadFromCifar100(folder.WriteRecords(3));

        folder.WriteRecords(2);
        StringAssert.Contains(Assert.ThrowsExactly<IOException>(() => data.GetRowCursor(data.Schema)).Message, "6148 bytes and had 9222");
        File.Delete(folder.File("train.bin"));
        StringAssert.Contains(Assert.ThrowsExactly<IOException>(() => data.GetRowCursor(data.Schema)).Message, "cannot be opened any more");

        // Nothing active, nothing read.
        using DataViewRowCursor cursor = data.GetRowCursor([]);
        Assert.IsTrue(cursor.MoveNext());
    }

    [TestMethod]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
    public void File_CutWhileReading_IsAClearError()
    {
        using var folder = new TemporaryFolder();
        IDataView data = _ml.Data.LoadFromCifar100(folder.WriteRecords(3));
        using DataViewRowCursor cursor = data.GetRowCursor(data.Schema);
        ValueGetter<VBuffer<byte>> pixels = cursor.GetGetter<VBuffer<byte>>(data.Schema["Pixels"]);
        VBuffer<byte> value = default;
        cursor.MoveNext();
        pixels(ref value);

        using (var cut = new FileStream(folder.File("train.bin"), FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete))
        {
            cut.SetLength(3074 + 100);
        }

        cursor.MoveNext();
        StringAssert.Contains(Assert.ThrowsExactly<IOException>(() => pixels(ref value)).Message, "ends at byte offset 3174, within record 1");
    }

    private static void Read<T>(IDataView data, string column)
    {
        using DataViewRowCursor cursor = data.GetRowCursor([data.Schema[column]]);
        ValueGetter<T> getter = cursor.GetGetter<T>(data.Schema[column]);
        T value = default!;
        while (cursor.MoveNext())
        {
            getter(ref value);
        }
    }

    private static ulong[] Ids(DataViewRowCursor cursor)
    {
        using (cursor)
        {
            ValueGetter<DataViewRowId> getter = cursor.GetIdGetter();
            var ids = new List<ulong>();
            while (cursor.MoveNext())
            {
                DataViewRowId id = default;
                getter(ref id);
                ids.Add(id.Low);
            }

            return [.. ids];
        }
    }
}
