using Microsoft.ML;
using Microsoft.ML.Data;

namespace WCoRD.MLNet;

/// <summary>The label column of a data view, its type checked: a key, of whatever type, with at least two classes.</summary>
/// <param name="Column">The column.</param>
/// <param name="Classes">The number of its classes.</param>
/// <param name="Values">What the keys stand for; null where the column does not say.</param>
internal sealed record LabelColumn(DataViewSchema.Column Column, int Classes, ClassValues? Values)
{
    private const string Expected = "a key with at least two classes; put Conversion.MapValueToKey before this stage";

    /// <summary>The values of the keys as text; null where the column does not say.</summary>
    public IReadOnlyList<string>? ClassNames => Values?.Names;

    /// <exception cref="ArgumentException">The column is absent, not a key, or has fewer than two classes.</exception>
    public static LabelColumn Find(DataViewSchema schema, string name)
    {
        if (schema.GetColumnOrNull(name) is not { } column)
        {
            throw ColumnErrors.Missing("LabelColumnName", name, schema.Select(other => other.Name));
        }

        if (column.Type is not KeyDataViewType key)
        {
            throw ColumnErrors.Type("LabelColumnName", name, column.Type, Expected);
        }

        if (key.Count is < 2 or > int.MaxValue)
        {
            throw ColumnErrors.Type("LabelColumnName", name, $"{column.Type} with {key.Count} class(es)", Expected);
        }

        // A column may announce a value for some of its keys only: then there is no name for each class.
        ClassValues? values = ClassValues.Of(column);
        return new LabelColumn(column, (int)key.Count, values?.Names.Count == (int)key.Count ? values : null);
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
}
