using Microsoft.ML;
using Microsoft.ML.Data;

namespace WCoRD.MLNet;

/// <summary>The image column of a data view, its type checked: Vector&lt;Byte&gt; or Vector&lt;Single&gt; of known size channels x height x width.</summary>
internal sealed record ImageColumn(DataViewSchema.Column Column, bool IsByte, int Channels, int Height, int Width)
{
    private const string Expected = "Vector<Byte> or Vector<Single> of known size channels x height x width, as LoadFromCifar100 or ExtractPixels give";

    public int Size => Channels * Height * Width;

    /// <exception cref="ArgumentException">The column is absent, of another type, of unknown size or not 3-D.</exception>
    public static ImageColumn Find(DataViewSchema schema, string name)
    {
        if (schema.GetColumnOrNull(name) is not { } column)
        {
            throw ColumnErrors.Missing("InputColumnName", name, schema.Select(other => other.Name));
        }

        if (column.Type is not VectorDataViewType vector || !IsPixel(vector.ItemType))
        {
            throw ColumnErrors.Type("InputColumnName", name, column.Type, Expected);
        }

        if (!vector.IsKnownSize)
        {
            throw ColumnErrors.Type("InputColumnName", name, $"{column.Type} of unknown size", $"{Expected}; resize all images to one size first (ResizeImages)");
        }

        return vector.Dimensions is [int channels, int height, int width]
            ? new ImageColumn(column, vector.ItemType == NumberDataViewType.Byte, channels, height, width)
            : throw ColumnErrors.Type("InputColumnName", name, $"{column.Type}, which has {vector.Dimensions.Length} dimension(s)", Expected);
    }

    /// <summary>The same check before any data is there, as far as a schema's shape can tell.</summary>
    public static void Check(SchemaShape shape, string name)
    {
        if (!shape.TryFind(name, out SchemaShape.Column column))
        {
            throw ColumnErrors.Missing("InputColumnName", name, shape.Select(other => other.Name));
        }

        if (column.Kind != SchemaShape.Column.VectorKind.Vector || !IsPixel(column.ItemType))
        {
            throw ColumnErrors.Type("InputColumnName", name, $"{column.Kind} of {column.ItemType}", Expected);
        }
    }

    private static bool IsPixel(DataViewType type) => type == NumberDataViewType.Byte || type == NumberDataViewType.Single;
}
