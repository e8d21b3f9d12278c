using Microsoft.ML;

namespace WCoRD.MLNet;

/// <summary>The columns of the second view, as far as they can be kept: each is read when first wanted, and held.</summary>
internal sealed class PairedColumns : AddedColumns
{
    private readonly IDataView _second;
    private readonly int[] _partners;
    private readonly DataViewSchema.Column[] _columns;
    private readonly RowBuffer?[] _buffers;
    private readonly Lock _reading = new();

    /// <param name="first">The schema of the rows.</param>
    /// <param name="second">Where the partners are.</param>
    /// <param name="prefix">What goes before the names of the second's columns.</param>
    /// <param name="partners">The second's row number for each row of the first.</param>
    public PairedColumns(DataViewSchema first, IDataView second, string prefix, int[] partners)
        : base(first)
    {
        _second = second;
        _partners = partners;

        // What owns memory, as an MLImage, cannot be kept, and hidden columns are nobody's.
        _columns = [.. second.Schema.Where(column => !column.IsHidden && RowBuffer.Supports(column.Type))];
        _buffers = new RowBuffer?[_columns.Length];
        var schema = new DataViewSchema.Builder();
        schema.AddColumns(first);
        foreach (DataViewSchema.Column column in _columns)
        {
            schema.AddColumn(prefix + column.Name, column.Type, column.Annotations);
        }

        Output = schema.ToSchema();
    }

    public override DataViewSchema Output { get; }

    public override Func<int, Delegate> Getters(DataViewRow row, bool[] active)
    {
        Read([.. Enumerable.Range(0, _columns.Length).Where(i => active[Input.Count + i])]);
        return column => _buffers[column - Input.Count]!.UntypedGetter(() =>
        {
            RowGetters.CheckPosition(row.Position);
            return _partners[row.Position];
        });
    }

    protected override bool IsSource(DataViewSchema.Column column) => false;

    /// <summary>Reads those of the wanted columns that are not there yet, in one pass.</summary>
    private void Read(int[] wanted)
    {
        lock (_reading)
        {
            int[] missing = [.. wanted.Where(i => _buffers[i] is null)];
            if (missing.Length == 0)
            {
                return;
            }

            DataViewSchema.Column[] columns = [.. missing.Select(i => _columns[i])];
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
    }
}
