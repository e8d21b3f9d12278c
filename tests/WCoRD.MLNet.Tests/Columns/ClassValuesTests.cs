using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed class ClassValuesTests
{
    private static readonly MLContext Context = new(1);

    private static ClassValues Of<T>(params T[] values)
    {
        IDataView rows = Context.Data.LoadFromEnumerable(values.Select(value => new Row<T> { Value = value }));
        IDataView keyed = Context.Transforms.Conversion.MapValueToKey("Label", "Value").Fit(rows).Transform(rows);
        return ClassValues.Of(keyed.Schema["Label"])!;
    }

    private static ClassValues WrittenAndRead(ClassValues values)
    {
        using var stream = new MemoryStream();
        using (var writer = new BinaryWriter(stream, System.Text.Encoding.UTF8, leaveOpen: true))
        {
            values.Write(writer);
        }

        stream.Position = 0;
        using var reader = new BinaryReader(stream);
        return ClassValues.Read(reader, values.Names.Count);
    }

    [TestMethod]
    public void Of_EveryTypeThatMakesKeys_KeepsTypeAndNamesThroughAFile()
    {
        (ClassValues Values, DataViewType Type, string[] Names)[] cases =
        [
            (Of("ä", "b,c"), TextDataViewType.Instance, ["ä", "b,c"]),
            (Of(true, false), BooleanDataViewType.Instance, ["True", "False"]),
            (Of<sbyte>(-1, 2), NumberDataViewType.SByte, ["-1", "2"]),
            (Of<byte>(7, 200), NumberDataViewType.Byte, ["7", "200"]),
            (Of<short>(-300, 2), NumberDataViewType.Int16, ["-300", "2"]),
            (Of<ushort>(1, 60000), NumberDataViewType.UInt16, ["1", "60000"]),
            (Of(-5, 0, 70000), NumberDataViewType.Int32, ["-5", "0", "70000"]),
            (Of(1u, 4000000000u), NumberDataViewType.UInt32, ["1", "4000000000"]),
            (Of(long.MinValue, 3L), NumberDataViewType.Int64, ["-9223372036854775808", "3"]),
            (Of(ulong.MaxValue, 3UL), NumberDataViewType.UInt64, ["18446744073709551615", "3"]),
            (Of(0.5f, -1e-7f), NumberDataViewType.Single, ["0.5", "-1E-07"]),
            (Of(0.1, 2.5), NumberDataViewType.Double, ["0.1", "2.5"]),
            (Of(new DateTime(2026, 1, 2, 3, 4, 5)), DateTimeDataViewType.Instance, ["2026-01-02T03:04:05.0000000"]),
            (Of(TimeSpan.FromMinutes(90)), TimeSpanDataViewType.Instance, ["01:30:00"]),
            (Of(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.FromHours(2))), DateTimeOffsetDataViewType.Instance, ["2026-01-02T03:04:05.0000000+02:00"]),
        ];
        foreach ((ClassValues values, DataViewType type, string[] names) in cases)
        {
            ClassValues again = WrittenAndRead(values);
            Assert.AreEqual(type, values.ItemType);
            Assert.AreEqual(type, again.ItemType);
            CollectionAssert.AreEqual(names, values.Names.ToArray(), string.Create(CultureInfo.InvariantCulture, $"{type}"));
            CollectionAssert.AreEqual(names, again.Names.ToArray());
        }
    }

    [TestMethod]
    public void Of_AColumnWithoutValues_IsNull()
    {
        IDataView rows = Context.Data.LoadFromEnumerable(new[] { new KeyRow() });
        Assert.IsNull(ClassValues.Of(rows.Schema["Label"]));
    }

    [TestMethod]
    public void Read_UnknownTypeOrDamagedValue_IsAFormatException()
    {
        foreach ((string type, long value) in new[] { ("complex", 0L), ("datetimeoffset", -1L) })
        {
            using var stream = new MemoryStream();
            using (var writer = new BinaryWriter(stream, System.Text.Encoding.UTF8, leaveOpen: true))
            {
                writer.Write(type);
                writer.Write(value);
                writer.Write(value);
            }

            stream.Position = 0;
            using var reader = new BinaryReader(stream);
            Assert.ThrowsExactly<FormatException>(() => ClassValues.Read(reader, 1));
        }
    }

    private sealed class Row<T>
    {
        public T Value { get; set; } = default!;
    }

    private sealed class KeyRow
    {
        [KeyType(4)]
        public uint Label { get; set; }
    }
}
