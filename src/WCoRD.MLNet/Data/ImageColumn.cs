using Microsoft.ML;
using Microsoft.ML.Data;

namespace WCoRD.MLNet;

/// <summary>The image column of a data view, its type checked: Vector&lt;Byte&gt; or Vector&lt;Single&gt; of known size channels x height x width.</summary>
internal sealed record ImageColumn(DataViewSchema.Column Column, bool IsByte, int Channels, int Height, int Width)
    : VectorColumn(Column, IsByte, [Channels, Height, Width])
{
    private const string Expected = "Vector<Byte> or Vector<Single> of known size channels x height x width, as LoadFromCifar100 or ExtractPixels give";

    /// <exception cref="ArgumentException">The column is absent, of another type, of unknown size or not 3-D.</exception>
    public static new ImageColumn Find(DataViewSchema schema, string option, string name)
    {
        VectorDataViewType vector = Find(schema, option, name, Expected, "resize all images to one size first (ResizeImages)", out DataViewSchema.Column column);
        return vector.Dimensions is [int channels, int height, int width]
            ? new ImageColumn(column, IsBytes(vector), channels, height, width)
            : throw ColumnErrors.Type(option, name, $"{column.Type}, which has {vector.Dimensions.Length} dimension(s)", Expected);
    }

    /// <summary>The same check before any data is there, as far as a schema's shape can tell.</summary>
    public static new void Check(SchemaShape shape, string option, string name) => Check(shape, option, name, Expected);
}
