using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace WCoRD.MLNet;

/// <summary>Reads any column's values as texts: images as pictures, keys by their names, long vectors by their beginning.</summary>
internal static class PreviewText
{
    private const int ValuesShown = 3;
    private const int LeastImageSide = 4;

    /// <summary>Reads the value of a column in the cursor's row.</summary>
    public static Func<string> Getter(DataViewRowCursor cursor, DataViewSchema.Column column) => column.Type switch
    {
        VectorDataViewType { ItemType: NumberDataViewType item } vector when item == NumberDataViewType.Byte =>
            Vector<byte>(cursor, column, vector),
        VectorDataViewType { ItemType: NumberDataViewType item } vector when item == NumberDataViewType.Single =>
            Vector<float>(cursor, column, vector),
        KeyDataViewType => Key(cursor, column),
        TextDataViewType => Value<ReadOnlyMemory<char>>(cursor, column),
        BooleanDataViewType => Value<bool>(cursor, column),
        NumberDataViewType number when number == NumberDataViewType.Single => Value<float>(cursor, column),
        NumberDataViewType number when number == NumberDataViewType.Double => Value<double>(cursor, column),
        NumberDataViewType number when number == NumberDataViewType.Int32 => Value<int>(cursor, column),
        NumberDataViewType number when number == NumberDataViewType.Int64 => Value<long>(cursor, column),
        _ => () => $"<{column.Type}>",
    };

    private static Func<string> Value<T>(DataViewRowCursor cursor, DataViewSchema.Column column)
    {
        ValueGetter<T> getter = cursor.GetGetter<T>(column);
        T value = default!;
        return () =>
        {
            getter(ref value);
            return Invariant($"{value}");
        };
    }

    private static Func<string> Key(DataViewRowCursor cursor, DataViewSchema.Column column)
    {
        ValueGetter<uint> getter = KeyGetters.Of(cursor, column);
        IReadOnlyList<string>? names = ClassValues.Of(column)?.Names;
        uint key = 0;
        return () =>
        {
            getter(ref key);
            return key == 0 ? "" : names?.ElementAtOrDefault((int)key - 1) ?? Invariant($"{key}");
        };
    }

    private static Func<string> Vector<T>(DataViewRowCursor cursor, DataViewSchema.Column column, VectorDataViewType vector)
        where T : struct, IConvertible
    {
        ValueGetter<VBuffer<T>> getter = cursor.GetGetter<VBuffer<T>>(column);
        ImageColumn? image =
            vector.Dimensions is [> 0 and <= 4 and var channels, >= LeastImageSide and var height, >= LeastImageSide and var width]
                ? new ImageColumn(column, typeof(T) == typeof(byte), channels, height, width)
                : null;
        bool holdsProbabilities = column.Annotations.Schema.GetColumnOrNull("ScoreColumnKind") is not null;
        VBuffer<T> value = default;
        return () =>
        {
            getter(ref value);
            float[] values = [.. value.DenseValues().Select(number => number.ToSingle(CultureInfo.InvariantCulture))];
            return image is not null && values.Length == image.Size ? PixelImage.ToDataUri(values, image)
                : holdsProbabilities && values.Length > 0 ? Invariant($"highest {values.Max():P1}")
                : string.Join(", ", values.Take(ValuesShown).Select(number => number.ToString("G4", CultureInfo.InvariantCulture)))
                    + (values.Length > ValuesShown ? Invariant($", ... ({values.Length})") : "");
        };
    }
}
