using Microsoft.ML;
using Microsoft.ML.Data;

namespace WCoRD.MLNet;

/// <summary>Walks over the first view's rows and looks up their partners.</summary>
internal sealed class PairedCursor(DataViewRowCursor first, DataViewSchema schema, bool[] active, RowBuffer?[] partnerColumns, int[] partners) : DataViewRowCursor
{
    public override DataViewSchema Schema => schema;

    public override long Position => first.Position;

    public override long Batch => first.Batch;

    public override bool MoveNext() => first.MoveNext();

    public override ValueGetter<DataViewRowId> GetIdGetter() => first.GetIdGetter();

    public override bool IsColumnActive(DataViewSchema.Column column) => active[column.Index];

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        RowGetters.CheckActive(active, column);
        int own = first.Schema.Count;
        return column.Index < own
            ? first.GetGetter<TValue>(first.Schema[column.Index])
            : RowGetters.Cast<TValue>(partnerColumns[column.Index - own]!.UntypedGetter(Partner), column);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            first.Dispose();
        }

        base.Dispose(disposing);
    }

    private int Partner()
    {
        RowGetters.CheckPosition(first.Position);
        return partners[first.Position];
    }
}
