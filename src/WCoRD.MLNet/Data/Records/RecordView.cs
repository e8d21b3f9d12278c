using Microsoft.ML;

namespace WCoRD.MLNet;

/// <summary>The rows of files of records; every cursor opens them for itself.</summary>
internal sealed class RecordView : IDataView
{
    public RecordView(IReadOnlyList<RecordColumn> columns)
    {
        Columns = columns;
        Rows = columns[0].Source.Rows;
        var schema = new DataViewSchema.Builder();
        foreach (RecordColumn column in columns)
        {
            schema.AddColumn(column.Field.Name, column.Field.Type, column.Field.Annotations);
        }

        Schema = schema.ToSchema();
    }

    public IReadOnlyList<RecordColumn> Columns { get; }

    public long Rows { get; }

    public DataViewSchema Schema { get; }

    public bool CanShuffle => true;

    public long? GetRowCount() => Rows;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) =>
        new RecordCursor(this, Active(columnsNeeded), Order(rand), first: 0, cursors: 1);

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
    {
        // A cursor without a stripe of its own would be an idle thread.
        int cursors = (int)Math.Clamp(n, 1, (Rows + RecordCursor.StripeRows - 1) / RecordCursor.StripeRows);
        bool[] active = Active(columnsNeeded);
        int[]? order = Order(rand);
        return [.. Enumerable.Range(0, cursors).Select(first => new RecordCursor(this, active, order, first, cursors))];
    }

    private bool[] Active(IEnumerable<DataViewSchema.Column> columns)
    {
        var active = new bool[Schema.Count];
        foreach (DataViewSchema.Column column in columns)
        {
            active[column.Index] = column.Index < active.Length && Schema[column.Index].Name == column.Name ? true
                : throw new ArgumentException(
                    $"Column '{column.Name}' is not one of {string.Join(", ", Schema.Select(known => known.Name))}.", nameof(columns));
        }

        return active;
    }

    private int[]? Order(Random? random)
    {
        if (random is null)
        {
            return null;
        }

        int[] order = [.. Enumerable.Range(0, checked((int)Rows))];
        for (int i = order.Length - 1; i > 0; i--)
        {
            int j = random.Next(i + 1);
            (order[i], order[j]) = (order[j], order[i]);
        }

        return order;
    }
}
