using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace WCoRD.MLNet;

/// <summary>The values that a label's keys stand for, in their own type, and as text.</summary>
internal abstract class ClassValues
{
    // Every type that MapValueToKey takes, with what a model file calls it and how it is written there.
    private static readonly Kind[] Kinds =
    [
        new Kind<ReadOnlyMemory<char>>(
            "text",
            TextDataViewType.Instance,
            value => value.ToString(),
            reader => reader.ReadString().AsMemory(),
            (writer, value) => writer.Write(value.ToString())),
        new Kind<bool>(
            "bool",
            BooleanDataViewType.Instance,
            value => value ? "True" : "False",
            reader => reader.ReadBoolean(),
            (writer, value) => writer.Write(value)),
        new Kind<sbyte>("sbyte", NumberDataViewType.SByte, Plain, reader => reader.ReadSByte(), (writer, value) => writer.Write(value)),
        new Kind<byte>("byte", NumberDataViewType.Byte, Plain, reader => reader.ReadByte(), (writer, value) => writer.Write(value)),
        new Kind<short>("int16", NumberDataViewType.Int16, Plain, reader => reader.ReadInt16(), (writer, value) => writer.Write(value)),
        new Kind<ushort>("uint16", NumberDataViewType.UInt16, Plain, reader => reader.ReadUInt16(), (writer, value) => writer.Write(value)),
        new Kind<int>("int32", NumberDataViewType.Int32, Plain, reader => reader.ReadInt32(), (writer, value) => writer.Write(value)),
        new Kind<uint>("uint32", NumberDataViewType.UInt32, Plain, reader => reader.ReadUInt32(), (writer, value) => writer.Write(value)),
        new Kind<long>("int64", NumberDataViewType.Int64, Plain, reader => reader.ReadInt64(), (writer, value) => writer.Write(value)),
        new Kind<ulong>("uint64", NumberDataViewType.UInt64, Plain, reader => reader.ReadUInt64(), (writer, value) => writer.Write(value)),
        new Kind<float>("single", NumberDataViewType.Single, Plain, reader => reader.ReadSingle(), (writer, value) => writer.Write(value)),
        new Kind<double>("double", NumberDataViewType.Double, Plain, reader => reader.ReadDouble(), (writer, value) => writer.Write(value)),
        new Kind<DateTime>(
            "datetime",
            DateTimeDataViewType.Instance,
            RoundTrip,
            reader => DateTime.FromBinary(reader.ReadInt64()),
            (writer, value) => writer.Write(value.ToBinary())),
        new Kind<TimeSpan>(
            "timespan",
            TimeSpanDataViewType.Instance,
            value => value.ToString("c", CultureInfo.InvariantCulture),
            reader => new TimeSpan(reader.ReadInt64()),
            (writer, value) => writer.Write(value.Ticks)),
        new Kind<DateTimeOffset>(
            "datetimeoffset",
            DateTimeOffsetDataViewType.Instance,
            RoundTrip,
            reader => new DateTimeOffset(reader.ReadInt64(), new TimeSpan(reader.ReadInt64())),
            (writer, value) =>
            {
                writer.Write(value.Ticks);
                writer.Write(value.Offset.Ticks);
            }),
    ];

    private ClassValues(IReadOnlyList<string> names) => Names = names;

    /// <summary>The values as text, in order of their keys.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>The values' own type.</summary>
    public abstract DataViewType ItemType { get; }

    /// <summary>Whether the values are the names themselves.</summary>
    public bool IsText => ItemType == TextDataViewType.Instance;

    /// <summary>Values that are text.</summary>
    public static ClassValues OfText(IEnumerable<string> names) =>
        ((Kind<ReadOnlyMemory<char>>)Kinds[0]).Of([.. names.Select(name => name.AsMemory())]);

    /// <summary>The values that a key column's annotation gives; null where there are none, or of a type that is no label's.</summary>
    public static ClassValues? Of(DataViewSchema.Column column) =>
        column.Annotations.Schema.GetColumnOrNull(AnnotationNames.KeyValues)?.Type is VectorDataViewType values
            ? Array.Find(Kinds, kind => kind.ItemType == values.ItemType)?.Read(column)
            : null;

    /// <summary>What <see cref="Write"/> wrote.</summary>
    /// <exception cref="FormatException">The type is unknown.</exception>
    public static ClassValues Read(BinaryReader reader, int count)
    {
        string name = reader.ReadString();
        Kind kind = Array.Find(Kinds, kind => kind.Name == name)
            ?? throw new FormatException($"The model file's class values are of type '{name}': "
                + $"expected one of {string.Join(", ", Kinds.Select(kind => kind.Name))}. "
                + "The file is damaged, or of a newer version of WCoRD.MLNet.");
        return kind.Read(reader, count);
    }

    /// <summary>Writes type and values.</summary>
    public abstract void Write(BinaryWriter writer);

    /// <summary>Adds the values in their own type as an annotation.</summary>
    public abstract void AddTo(DataViewSchema.Annotations.Builder builder, string annotation);

    private static string Plain<T>(T value)
        where T : IFormattable => value.ToString(null, CultureInfo.InvariantCulture);

    private static string RoundTrip<T>(T value)
        where T : IFormattable => value.ToString("O", CultureInfo.InvariantCulture);

    private abstract class Kind(string name, DataViewType itemType)
    {
        public string Name => name;

        public DataViewType ItemType => itemType;

        public abstract ClassValues Read(DataViewSchema.Column column);

        public abstract ClassValues Read(BinaryReader reader, int count);
    }

    private sealed class Kind<T>(
        string name, DataViewType itemType, Func<T, string> text, Func<BinaryReader, T> read, Action<BinaryWriter, T> write)
        : Kind(name, itemType)
    {
        public Typed<T> Of(T[] values) => new Typed<T>(this, values, [.. values.Select(text)]);

        public override ClassValues Read(DataViewSchema.Column column)
        {
            VBuffer<T> values = default;
            column.Annotations.GetValue(AnnotationNames.KeyValues, ref values);
            return Of([.. values.DenseValues()]);
        }

        public override ClassValues Read(BinaryReader reader, int count)
        {
            // Grows with what is there, so that a damaged count cannot ask for all memory.
            List<T> values = [];
            try
            {
                while (values.Count < count)
                {
                    values.Add(read(reader));
                }
            }
            catch (ArgumentException fault)
            {
                throw new FormatException(Invariant($"The model file's class value {values.Count + 1} is no {Name} ({fault.Message}). ")
                    + "The file is damaged; save the model again.");
            }

            return Of([.. values]);
        }

        public void Write(BinaryWriter writer, T value) => write(writer, value);
    }

    private sealed class Typed<T>(Kind<T> kind, T[] values, IReadOnlyList<string> names) : ClassValues(names)
    {
        public override DataViewType ItemType => kind.ItemType;

        public override void Write(BinaryWriter writer)
        {
            writer.Write(kind.Name);
            foreach (T value in values)
            {
                kind.Write(writer, value);
            }
        }

        public override void AddTo(DataViewSchema.Annotations.Builder builder, string annotation) =>
            builder.Add(annotation, new VectorDataViewType((PrimitiveDataViewType)kind.ItemType, values.Length), (ref VBuffer<T> value) =>
            {
                VBufferEditor<T> editor = VBufferEditor.Create(ref value, values.Length);
                values.CopyTo(editor.Values);
                value = editor.Commit();
            });
    }
}
