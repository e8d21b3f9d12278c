using Microsoft.ML;
using Microsoft.ML.Data;

namespace WCoRD.MLNet;

/// <summary>The label column of a data view, its type checked: a key with at least two classes.</summary>
internal sealed record LabelColumn(DataViewSchema.Column Column, int Classes, IReadOnlyList<string>? ClassNames)
{
    private const string Expected = "a key with at least two classes; put Conversion.MapValueToKey before this stage";

    /// <exception cref="ArgumentException">The column is absent, not a key, or has fewer than two classes.</exception>
    public static LabelColumn Find(DataViewSchema schema, string name)
    {
        if (schema.GetColumnOrNull(name) is not { } column)
        {
            throw ColumnErrors.Missing("LabelColumnName", name, schema.Select(other => other.Name));
        }

        if (column.Type is not KeyDataViewType key || key.RawType != typeof(uint))
        {
            throw ColumnErrors.Type("LabelColumnName", name, column.Type, Expected);
        }

        return key.Count is >= 2 and <= int.MaxValue
            ? new LabelColumn(column, (int)key.Count, Names(column))
            : throw ColumnErrors.Type("LabelColumnName", name, $"{column.Type} with {key.Count} class(es)", Expected);
    }

    /// <summary>The same check before any data is there, as far as a schema's shape can tell.</summary>
    public static SchemaShape.Column Check(SchemaShape shape, string name)
    {
        if (!shape.TryFind(name, out SchemaShape.Column column))
        {
            throw ColumnErrors.Missing("LabelColumnName", name, shape.Select(other => other.Name));
        }

        return column.IsKey && column.Kind == SchemaShape.Column.VectorKind.Scalar
            ? column
            : throw ColumnErrors.Type("LabelColumnName", name, $"{column.Kind} of {column.ItemType}", Expected);
    }

    /// <summary>A class's name in messages.</summary>
    /// <param name="key">Its key, counted from 1.</param>
    public string NameOf(uint key) => ClassNames is null ? $"{key}" : $"'{ClassNames[(int)key - 1]}'";

    /// <summary>The names of a key column's values; null where it has none.</summary>
    public static string[]? Names(DataViewSchema.Column column)
    {
        if (column.Annotations.Schema.GetColumnOrNull("KeyValues")?.Type is not VectorDataViewType { ItemType: TextDataViewType })
        {
            return null;
        }

        VBuffer<ReadOnlyMemory<char>> values = default;
        column.GetKeyValues(ref values);
        return [.. values.DenseValues().Select(value => value.ToString())];
    }
}
