using Microsoft.ML;

namespace WCoRD.MLNet;

/// <summary>The rows of a source with the added columns, made only when a cursor wants them.</summary>
internal class AddedColumnsView(IDataView source, AddedColumns columns) : IDataView
{
    public DataViewSchema Schema => columns.Output;

    public bool CanShuffle => source.CanShuffle;

    public long? GetRowCount() => source.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        bool[] active = columns.Active(columnsNeeded);
        BeginPass(active);
        return columns.Cursor(source.GetRowCursor(columns.Dependencies(active), rand), active);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
    {
        bool[] active = columns.Active(columnsNeeded);
        BeginPass(active);
        return Array.ConvertAll(source.GetRowCursorSet(columns.Dependencies(active), n, rand), cursor => columns.Cursor(cursor, active));
    }

    /// <summary>Called before the rows are read once more, by one cursor or by a set of them.</summary>
    protected virtual void BeginPass(bool[] active)
    {
    }
}
