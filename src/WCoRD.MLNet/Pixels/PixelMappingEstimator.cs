using Microsoft.ML;
using Microsoft.ML.Data;

namespace WCoRD.MLNet;

/// <summary>
/// Adds image columns made of other image columns, row by row; there is nothing to train. Made by <see cref="PixelsCatalog"/>.
/// </summary>
/// <remarks>
/// <format type="text/markdown"><![CDATA[
///
/// ### Input and Output Columns
/// Vectors of Byte or Single, channels x height x width:
///
/// | Method of `PixelsCatalog` | Reads | Adds |
/// | -- | -- | -- |
/// | `LuminanceChrominance` | `inputColumnName`: red, green, blue, 0 to 255 | `luminanceColumnName`: L*; `chrominanceColumnName`: a* and b*; Single |
/// | `LuminanceChrominanceToRgb` | `luminanceColumnName`, `chrominanceColumnName` | `outputColumnName`: red, green, blue; Byte |
/// | `DownsamplePixels` | `inputColumnName` | `outputColumnName`: smaller, of the input's channels and item type |
///
/// ### Estimator Characteristics
/// | | |
/// | -- | -- |
/// | Does this estimator need to look at the data to train its parameters? | No |
/// | Required NuGet in addition to Microsoft.ML | WCoRD.MLNet |
/// | Exportable to ONNX | Yes |
/// ]]></format>
/// </remarks>
public sealed class PixelMappingEstimator : IEstimator<PixelMappingTransformer>
{
    private readonly PixelMap _map;

    internal PixelMappingEstimator(PixelMap map) => _map = map;

    /// <summary>The columns after this stage, from the columns before it.</summary>
    /// <param name="inputSchema">The shape of the input.</param>
    /// <exception cref="ArgumentException">A column is absent or of the wrong type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        foreach ((string option, string name) in _map.Inputs)
        {
            ImageColumn.Check(inputSchema, option, name);
        }

        return SchemaShapes.Add(
            inputSchema,
            [.. _map.Outputs.Select(output =>
                SchemaShapes.Column(output.Name, SchemaShape.Column.VectorKind.Vector, ItemType(inputSchema, output.IsByte)))]);
    }

    /// <summary>Checks the columns and makes the transformer.</summary>
    /// <param name="input">The rows; none is read.</param>
    /// <exception cref="ArgumentException">A column is absent, or of the wrong type or size.</exception>
    public PixelMappingTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var transformer = new PixelMappingTransformer(_map);
        _ = transformer.GetOutputSchema(input.Schema);
        return transformer;
    }

    // A map that keeps the item type has one input.
    private DataViewType ItemType(SchemaShape shape, bool? isByte) =>
        isByte is { } known ? known ? NumberDataViewType.Byte : NumberDataViewType.Single
            : shape.Single(column => column.Name == _map.Inputs[0].Name).ItemType;
}
