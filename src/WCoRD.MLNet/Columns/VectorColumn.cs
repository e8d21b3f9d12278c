using Microsoft.ML;
using Microsoft.ML.Data;

namespace WCoRD.MLNet;

/// <summary>A column of vectors of one known size, its type checked: Vector&lt;Byte&gt; or Vector&lt;Single&gt;.</summary>
internal record VectorColumn(DataViewSchema.Column Column, bool IsByte, int[] Dimensions)
{
    private const string Expected = "Vector<Single> of known size; Conversion.ConvertType and Concatenate make one";

    public int Size => Dimensions.Aggregate(1, (product, dimension) => product * dimension);

    /// <summary>Finds a column of numbers, whatever its dimensions.</summary>
    /// <param name="schema">The schema.</param>
    /// <param name="option">What names the column, for messages.</param>
    /// <param name="name">The column's name.</param>
    /// <exception cref="ArgumentException">The column is absent, of another type or of unknown size.</exception>
    public static VectorColumn Find(DataViewSchema schema, string option, string name)
    {
        VectorDataViewType vector = Find(
            schema, option, name, Expected, "give all rows the same number of values first", out DataViewSchema.Column column);
        return new VectorColumn(column, IsBytes(vector), [vector.Size]);
    }

    /// <summary>The same check before any data is there, as far as a schema's shape can tell.</summary>
    public static void Check(SchemaShape shape, string option, string name) => Check(shape, option, name, Expected);

    /// <summary>Makes sure that a row fills its place: what is missing would be another row's.</summary>
    /// <param name="found">The values that the row holds.</param>
    /// <param name="row">The row, counted from 0.</param>
    /// <exception cref="ArgumentException">It holds more or fewer than the column's type says.</exception>
    public void CheckLength(int found, long row)
    {
        if (found != Size)
        {
            throw ColumnErrors.RowLength(Column.Name, row, found, Size);
        }
    }

    private protected static VectorDataViewType Find(
        DataViewSchema schema, string option, string name, string expected, string remedy, out DataViewSchema.Column column)
    {
        column = schema.GetColumnOrNull(name) ?? throw ColumnErrors.Missing(option, name, schema.Select(other => other.Name), expected);
        return column.Type is not VectorDataViewType vector || !IsNumber(vector.ItemType)
            ? throw ColumnErrors.Type(option, name, column.Type, expected)
            : !vector.IsKnownSize ? throw ColumnErrors.Type(option, name, $"{column.Type} of unknown size", $"{expected}; {remedy}")
            : vector;
    }

    private protected static void Check(SchemaShape shape, string option, string name, string expected)
    {
        if (!shape.TryFind(name, out SchemaShape.Column column))
        {
            throw ColumnErrors.Missing(option, name, shape.Select(other => other.Name), expected);
        }

        if (column.Kind != SchemaShape.Column.VectorKind.Vector || !IsNumber(column.ItemType))
        {
            throw ColumnErrors.Type(option, name, $"{column.Kind} of {column.ItemType}", expected);
        }
    }

    private protected static bool IsBytes(VectorDataViewType vector) => vector.ItemType == NumberDataViewType.Byte;

    private static bool IsNumber(DataViewType type) => type == NumberDataViewType.Byte || type == NumberDataViewType.Single;
}
