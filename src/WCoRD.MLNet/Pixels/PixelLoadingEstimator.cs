using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace WCoRD.MLNet;

/// <summary>Decodes images to a column of pixels; there is nothing to train. Made by <see cref="PixelsCatalog.LoadPixels"/>.</summary>
public sealed class PixelLoadingEstimator : IEstimator<PixelLoadingTransformer>
{
    private readonly PixelLoading _loading;

    internal PixelLoadingEstimator(PixelLoading loading) => _loading = loading;

    /// <summary>The columns after this stage, from the columns before it.</summary>
    /// <param name="inputSchema">The shape of the input.</param>
    /// <exception cref="ArgumentException">The column is absent or of the wrong type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        if (!inputSchema.TryFind(_loading.Input, out SchemaShape.Column column))
        {
            throw ColumnErrors.Missing(PixelLoading.InputOption, _loading.Input, inputSchema.Select(other => other.Name));
        }

        bool isScalar = column.Kind == SchemaShape.Column.VectorKind.Scalar;
        return isScalar && (column.ItemType is TextDataViewType or ImageDataViewType)
            || (!isScalar && column.ItemType == NumberDataViewType.Byte)
            ? SchemaShapes.Add(
                inputSchema, SchemaShapes.Column(_loading.Output, SchemaShape.Column.VectorKind.Vector, NumberDataViewType.Byte))
            : throw ColumnErrors.Type(
                PixelLoading.InputOption, _loading.Input, $"{column.Kind} of {column.ItemType}", PixelLoading.Expected);
    }

    /// <summary>Checks the column and makes the transformer.</summary>
    /// <param name="input">The rows; none is read.</param>
    /// <exception cref="ArgumentException">The column is absent or of the wrong type.</exception>
    public PixelLoadingTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var transformer = new PixelLoadingTransformer(_loading);
        _ = transformer.GetOutputSchema(input.Schema);
        return transformer;
    }
}
