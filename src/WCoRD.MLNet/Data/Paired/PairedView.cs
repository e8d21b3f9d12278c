using Microsoft.ML;

namespace WCoRD.MLNet;

/// <summary>The rows of a view, each beside its partner in another.</summary>
internal sealed class PairedView : IDataView
{
    private readonly IDataView _first;
    private readonly IDataView _second;
    private readonly int[] _partners;
    private readonly int[] _secondColumns;
    private readonly Lock _reading = new();
    private readonly RowBuffer?[] _buffers;

    /// <param name="first">The rows.</param>
    /// <param name="second">Where the partners are.</param>
    /// <param name="prefix">What goes before the names of the second's columns.</param>
    /// <param name="partners">The second's row number for each row of the first.</param>
    public PairedView(IDataView first, IDataView second, string prefix, int[] partners)
    {
        _first = first;
        _second = second;
        _partners = partners;
        // What owns memory, as an MLImage, cannot be kept, and hidden columns are nobody's.
        _secondColumns = [.. second.Schema.Where(column => !column.IsHidden && RowBuffer.Supports(column.Type)).Select(column => column.Index)];
        _buffers = new RowBuffer?[_secondColumns.Length];
        var schema = new DataViewSchema.Builder();
        schema.AddColumns(first.Schema);
        foreach (int index in _secondColumns)
        {
            DataViewSchema.Column column = second.Schema[index];
            schema.AddColumn(prefix + column.Name, column.Type, column.Annotations);
        }

        Schema = schema.ToSchema();
    }

    public DataViewSchema Schema { get; }

    public bool CanShuffle => false;

    public long? GetRowCount() => _partners.Length;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        var active = new bool[Schema.Count];
        foreach (DataViewSchema.Column column in columnsNeeded)
        {
            active[column.Index] = true;
        }

        int own = _first.Schema.Count;
        RowBuffer?[] partners = Buffers([.. Enumerable.Range(0, _secondColumns.Length).Where(i => active[own + i])]);
        return new PairedCursor(_first.GetRowCursor(_first.Schema.Where(column => active[column.Index])), Schema, active, partners, _partners);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) => [GetRowCursor(columnsNeeded)];

    /// <summary>Reads those of the second's columns that are wanted and not there yet, in one pass.</summary>
    private RowBuffer?[] Buffers(int[] wanted)
    {
        lock (_reading)
        {
            int[] missing = [.. wanted.Where(i => _buffers[i] is null)];
            if (missing.Length > 0)
            {
                DataViewSchema.Column[] columns = [.. missing.Select(i => _second.Schema[_secondColumns[i]])];
                int rows = _partners.DefaultIfEmpty(-1).Max() + 1;
                using DataViewRowCursor cursor = _second.GetRowCursor(columns);
                RowBuffer[] buffers = [.. columns.Select(column => RowBuffer.Create(cursor, column, rows))];
                for (int row = 0; row < rows && cursor.MoveNext(); row++)
                {
                    foreach (RowBuffer buffer in buffers)
                    {
                        buffer.Read(row);
                    }
                }

                for (int i = 0; i < missing.Length; i++)
                {
                    _buffers[missing[i]] = buffers[i];
                }
            }

            return [.. _buffers];
        }
    }
}
