using Microsoft.ML;
using Microsoft.ML.Data;

namespace WCoRD.MLNet;

/// <summary>
/// The image column of a data view, its type checked: Vector&lt;Byte&gt; or Vector&lt;Single&gt; of known size channels x height x width.
/// </summary>
internal sealed record ImageColumn(DataViewSchema.Column Column, bool IsByte, int Channels, int Height, int Width)
    : VectorColumn(Column, IsByte, [Channels, Height, Width])
{
    private const string Expected =
        "Vector<Byte> or Vector<Single> of known size channels x height x width, as LoadFromCifar100 or ExtractPixels give";

    /// <summary>Finds a column of images.</summary>
    /// <param name="schema">The schema.</param>
    /// <param name="option">What names the column, for messages.</param>
    /// <param name="name">The column's name.</param>
    /// <param name="shape">Channels, height and width where the type need not tell; null: it must.</param>
    /// <param name="shapeOption">What states <paramref name="shape"/>, for messages; null: nothing can.</param>
    /// <exception cref="ArgumentException">The column is absent, of another type, of unknown size, of another shape, or does not tell its
    /// shape.</exception>
    public static ImageColumn Find(
        DataViewSchema schema, string option, string name, IReadOnlyList<int>? shape = null, string? shapeOption = null)
    {
        string expected = shape is null
            ? Expected
            : $"{InvariantText.Join(" x ", shape)} (channels x height x width), as {shapeOption} says, "
                + "in a Vector<Byte> or Vector<Single>, which may be flat; "
                + "ResizeImages, ExtractPixels and Conversion.ConvertType make one";
        const string Remedy = "resize all images to one size first (ResizeImages)";
        VectorDataViewType vector = Find(schema, option, name, expected, Remedy, out DataViewSchema.Column column);
        if (shape is not null)
        {
            return Fits(vector, shape)
                ? new ImageColumn(column, IsBytes(vector), shape[0], shape[1], shape[2])
                : throw ColumnErrors.Type(option, name, column.Type, expected);
        }

        string state = shapeOption is null ? "give the column a type that tells, such as [VectorType(3, 32, 32)]"
            : $"set {shapeOption} to channels, height and width, such as [3, 32, 32]";
        if (vector.Dimensions is not [int channels, int height, int width])
        {
            throw ColumnErrors.Type(
                option,
                name,
                $"{column.Type}, which has {vector.Dimensions.Length} dimension(s)",
                $"{Expected}; where the pixels do lie in this order (all of one channel, row by row, then those of the next), {state}");
        }

        return IsInterleaved(channels, height, width)
            ? throw ColumnErrors.Type(
                option,
                name,
                $"{column.Type}, which looks like height x width x channels",
                "channels x height x width: leave interleavePixelColors of ExtractPixels false, or bring the channels to the front; "
                    + Invariant($"where these are {channels} channels, ")
                    + (shapeOption is null ? "use another size" : Invariant($"set {shapeOption} to [{channels}, {height}, {width}]")))
            : new ImageColumn(column, IsBytes(vector), channels, height, width);
    }

    /// <summary>The same check before any data is there, as far as a schema's shape can tell.</summary>
    public static new void Check(SchemaShape shape, string option, string name) => Check(shape, option, name, Expected);

    /// <summary>The images as float32 <c>[batch, channels, height, width]</c>, for ONNX.</summary>
    /// <param name="chain">The chain.</param>
    /// <param name="stage">The stage that reads them.</param>
    public string Write(OnnxChain chain, string stage)
    {
        string value = chain.Read(stage, Column.Name);
        value = IsByte ? chain.Cast(value, typeof(float)) : value;
        return Column.Type is VectorDataViewType { Dimensions.Length: 3 } ? value
            : chain.Node("Reshape", [value, chain.Constant([-1L, Channels, Height, Width], 4)]);
    }

    /// <summary>Whether a vector can hold images of a shape: in three dimensions, flat, or in two where there is one channel.</summary>
    private static bool Fits(VectorDataViewType vector, IReadOnlyList<int> shape) => vector.Dimensions switch
    {
        [int values] => values == shape.Aggregate(1L, (product, side) => product * side),
        [int height, int width] => shape[0] == 1 && (height, width) == (shape[1], shape[2]),
        [int channels, int height, int width] => (channels, height, width) == (shape[0], shape[1], shape[2]),
        _ => false,
    };

    // Pictures have 1, 3 or 4 channels. A square after another number of channels, as 2 x 4 x 4, can be nothing but channels first.
    private static bool IsInterleaved(int first, int second, int third) =>
        third is 1 or 3 or 4 && first is not (1 or 3 or 4) && second != third;
}
