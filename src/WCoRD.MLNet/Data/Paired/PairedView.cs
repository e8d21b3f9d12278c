using Microsoft.ML;

namespace WCoRD.MLNet;

/// <summary>The rows of a view, each beside its partner in another.</summary>
/// <remarks>A partner is found by its row's number: so the rows come in order, by one cursor.</remarks>
/// <param name="first">The rows.</param>
/// <param name="second">Where the partners are.</param>
/// <param name="prefix">What goes before the names of the second's columns.</param>
/// <param name="partners">The second's row number for each row of the first.</param>
internal sealed class PairedView(IDataView first, IDataView second, string prefix, int[] partners) : IDataView
{
    private readonly PairedColumns _columns = new(first.Schema, second, prefix, partners);

    public DataViewSchema Schema => _columns.Output;

    public bool CanShuffle => false;

    public long? GetRowCount() => partners.Length;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        bool[] active = _columns.Active(columnsNeeded);
        return _columns.Cursor(first.GetRowCursor(_columns.Dependencies(active)), active);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded)];
}
