using Microsoft.ML;

namespace WCoRD.MLNet;

/// <summary>Reads keys, whatever type holds them.</summary>
internal static class KeyGetters
{
    /// <summary>The getter of a key column: 0 is missing, the first class is 1.</summary>
    /// <param name="row">The row.</param>
    /// <param name="column">A column of keys, of any of ML.NET's four types.</param>
    public static ValueGetter<uint> Of(DataViewRow row, DataViewSchema.Column column) => column.Type.RawType switch
    {
        Type type when type == typeof(byte) => Converted<byte>(row, column, key => key),
        Type type when type == typeof(ushort) => Converted<ushort>(row, column, key => key),
        Type type when type == typeof(ulong) => Converted<ulong>(row, column, key => (uint)key),
        _ => row.GetGetter<uint>(column),
    };

    /// <summary>All keys of a column.</summary>
    public static IEnumerable<uint> Read(IDataView data, DataViewSchema.Column column)
    {
        using DataViewRowCursor cursor = data.GetRowCursor([column]);
        ValueGetter<uint> getter = Of(cursor, column);
        uint key = 0;
        while (cursor.MoveNext())
        {
            getter(ref key);
            yield return key;
        }
    }

    private static ValueGetter<uint> Converted<T>(DataViewRow row, DataViewSchema.Column column, Func<T, uint> convert)
        where T : struct
    {
        ValueGetter<T> getter = row.GetGetter<T>(column);
        T found = default;
        return (ref uint key) =>
        {
            getter(ref found);
            key = convert(found);
        };
    }
}
