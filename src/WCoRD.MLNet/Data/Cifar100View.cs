using Microsoft.ML;
using Microsoft.ML.Data;

namespace WCoRD.MLNet;

/// <summary>The rows of one file; every cursor opens the file for itself.</summary>
internal sealed class Cifar100View : IDataView
{
    public const int LabelColumn = 0;
    public const int CoarseLabelColumn = 1;
    public const int PixelsColumn = 2;

    public Cifar100View(Cifar100File file, IReadOnlyList<string> fineNames, IReadOnlyList<string> coarseNames)
    {
        File = file;
        var schema = new DataViewSchema.Builder();
        schema.AddColumn("Label", new KeyDataViewType(typeof(uint), fineNames.Count), KeyValues(fineNames));
        schema.AddColumn("CoarseLabel", new KeyDataViewType(typeof(uint), coarseNames.Count), KeyValues(coarseNames));
        schema.AddColumn("Pixels", new VectorDataViewType(NumberDataViewType.Byte, 3, 32, 32));
        Schema = schema.ToSchema();
    }

    public Cifar100File File { get; }

    public DataViewSchema Schema { get; }

    public bool CanShuffle => true;

    public long? GetRowCount() => File.Rows;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) =>
        new Cifar100Cursor(this, Active(columnsNeeded), Order(rand), first: 0, cursors: 1);

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
    {
        // A cursor without a stripe of its own would be an idle thread.
        int cursors = (int)Math.Clamp(n, 1, (File.Rows + Cifar100Cursor.StripeRows - 1) / Cifar100Cursor.StripeRows);
        bool[] active = Active(columnsNeeded);
        int[]? order = Order(rand);
        return [.. Enumerable.Range(0, cursors).Select(first => new Cifar100Cursor(this, active, order, first, cursors))];
    }

    private static DataViewSchema.Annotations KeyValues(IReadOnlyList<string> names)
    {
        ReadOnlyMemory<char>[] values = [.. names.Select(name => name.AsMemory())];
        var annotations = new DataViewSchema.Annotations.Builder();
        annotations.Add("KeyValues", new VectorDataViewType(TextDataViewType.Instance, values.Length), (ref VBuffer<ReadOnlyMemory<char>> value) =>
        {
            var editor = VBufferEditor.Create(ref value, values.Length);
            values.CopyTo(editor.Values);
            value = editor.Commit();
        });
        return annotations.ToAnnotations();
    }

    private bool[] Active(IEnumerable<DataViewSchema.Column> columns)
    {
        var active = new bool[Schema.Count];
        foreach (DataViewSchema.Column column in columns)
        {
            active[column.Index] = column.Index < active.Length && Schema[column.Index].Name == column.Name ? true
                : throw new ArgumentException($"Column '{column.Name}' is not one of {string.Join(", ", Schema.Select(known => known.Name))}.", nameof(columns));
        }

        return active;
    }

    private int[]? Order(Random? random)
    {
        if (random is null)
        {
            return null;
        }

        int[] order = [.. Enumerable.Range(0, checked((int)File.Rows))];
        for (int i = order.Length - 1; i > 0; i--)
        {
            int j = random.Next(i + 1);
            (order[i], order[j]) = (order[j], order[i]);
        }

        return order;
    }
}
