using Microsoft.ML;
using Microsoft.ML.Data;

namespace WCoRD.MLNet;

/// <summary>A row with the added columns.</summary>
internal sealed class AddedColumnsRow(DataViewRow input, AddedColumns columns, bool[] active) : DataViewRow
{
    // Made when first asked for: this may read, and what fails then has an owner who disposes the row.
    private Func<int, Delegate>? _added;

    public override DataViewSchema Schema => columns.Output;

    public override long Position => input.Position;

    public override long Batch => input.Batch;

    public override ValueGetter<DataViewRowId> GetIdGetter() => input.GetIdGetter();

    public override bool IsColumnActive(DataViewSchema.Column column) => active[column.Index];

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        RowGetters.CheckActive(active, column);
        return columns.IsAdded(column.Index)
            ? RowGetters.Cast<TValue>((_added ??= columns.Getters(input, active))(column.Index), column)
            : input.GetGetter<TValue>(columns.Input[column.Index]);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            input.Dispose();
        }

        base.Dispose(disposing);
    }
}
