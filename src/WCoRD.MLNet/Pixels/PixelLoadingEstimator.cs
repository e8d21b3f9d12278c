using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace WCoRD.MLNet;

/// <summary>Decodes images to a column of pixels; there is nothing to train. Made by <see cref="PixelsCatalog.LoadPixels"/>.</summary>
/// <remarks>
/// <format type="text/markdown"><![CDATA[
///
/// ### Input and Output Columns
/// | Argument of `LoadPixels` | Column type | Description |
/// | -- | -- | -- |
/// | `inputColumnName` | Text, Vector of Byte, or Image | Paths of image files, their bytes, or images as `LoadImages` gives. |
/// | `outputColumnName` | Vector of Byte, 3 x height x width | The planes red, green, blue, 0 to 255. |
///
/// ### Estimator Characteristics
/// | | |
/// | -- | -- |
/// | Does this estimator need to look at the data to train its parameters? | No |
/// | Required NuGet in addition to Microsoft.ML | WCoRD.MLNet |
/// | Exportable to ONNX | No: convert the stages behind it, which read pixels |
/// ]]></format>
/// </remarks>
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
