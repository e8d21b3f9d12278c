using Microsoft.ML;

namespace WCoRD.MLNet;

/// <summary>Columns that a stage of a model adds.</summary>
/// <param name="input">The schema that they are added to.</param>
internal abstract class StageColumns(DataViewSchema input) : AddedColumns(input)
{
    /// <summary>Writes down how the added columns are made, for ONNX.</summary>
    /// <exception cref="NotSupportedException">ONNX cannot make them; the message says what to convert instead.</exception>
    public abstract void Write(OnnxChain chain);
}
