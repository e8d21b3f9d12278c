using Microsoft.ML;
using Microsoft.ML.Data;

namespace WCoRD.MLNet;

/// <summary>Finds and checks the column of pixels.</summary>
internal static class InputColumn
{
    /// <summary>Finds the column a model reads.</summary>
    /// <remarks>A three-dimensional vector must have the model's own dimensions. A flat vector of the same size is taken as planes, rows, columns; so is one of height x width where there is one channel.</remarks>
    /// <exception cref="ArgumentException">The column is absent, or of another type or size.</exception>
    public static DataViewSchema.Column Find(DataViewSchema schema, ModelDescription description)
    {
        string name = description.InputColumnName;
        string expected = Invariant($"Vector<Byte> or Vector<Single> of {description.Channels} x {description.Height} x {description.Width} (channels x height x width)");
        if (schema.GetColumnOrNull(name) is not { } column)
        {
            throw new ArgumentException(
                $"The input column '{name}' is absent: found {string.Join(", ", schema.Select(other => $"'{other.Name}'"))}, expected {expected}. Add it, or copy a column to this name with Transforms.CopyColumns.",
                nameof(schema));
        }

        string? fault = column.Type switch
        {
            VectorDataViewType { ItemType: NumberDataViewType item } when item.RawType != typeof(byte) && item.RawType != typeof(float) =>
                "Convert it with Transforms.Conversion.ConvertType.",
            VectorDataViewType { ItemType: NumberDataViewType, IsKnownSize: false } =>
                "Give it a fixed size, such as [VectorType(channels, height, width)].",
            VectorDataViewType { ItemType: NumberDataViewType } vector when !ImageColumn.Fits(vector, [description.Channels, description.Height, description.Width]) =>
                "Resize the images to what the model was trained on; Transforms.ExtractPixels, with interleavePixelColors false, gives the dimensions in this order.",
            VectorDataViewType { ItemType: NumberDataViewType } => null,
            _ => "Images become pixels by Transforms.ExtractPixels.",
        };
        return fault is null ? column : throw new ArgumentException($"The input column '{name}' is {column.Type}: expected {expected}. {fault}", nameof(schema));
    }
}
