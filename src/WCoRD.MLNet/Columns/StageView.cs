using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Model.OnnxConverter;

namespace WCoRD.MLNet;

/// <summary>The rows of a source with the columns that a stage of a model adds.</summary>
/// <remarks>
/// <c>mlContext.Model.ConvertToOnnx</c> walks back from view to view, and asks each that is of this interface to write itself down; rows
/// that are loaded from somewhere are not.
/// </remarks>
internal class StageView(IDataView source, StageColumns columns) : AddedColumnsView(source, columns), ITransformCanSaveOnnx
{
    private readonly IDataView _source = source;
    private readonly StageColumns _columns = columns;

    IDataView IDataTransform.Source => _source;

    bool ICanSaveOnnx.CanSaveOnnx(OnnxContext ctx) => true;

    void ISaveAsOnnx.SaveAsOnnx(OnnxContext ctx) => _columns.Write(new OnnxChain(ctx));

    void ICanSaveModel.Save(ModelSaveContext ctx) =>
        throw new NotSupportedException("Rows are not saved with a model: save the transformer, by mlContext.Model.Save.");
}
