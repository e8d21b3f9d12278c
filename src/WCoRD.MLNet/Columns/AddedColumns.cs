using Microsoft.ML;

namespace WCoRD.MLNet;

/// <summary>Columns added to those of a schema: which input columns they are made of, and how, row by row.</summary>
/// <param name="input">The schema that they are added to.</param>
internal abstract class AddedColumns(DataViewSchema input)
{
    public DataViewSchema Input => input;

    /// <summary>The input's columns, then the added ones.</summary>
    public abstract DataViewSchema Output { get; }

    /// <summary>Whether a column of the output is an added one.</summary>
    public bool IsAdded(int column) => column >= input.Count;

    /// <summary>Which output columns are wanted, by index.</summary>
    public bool[] Active(IEnumerable<DataViewSchema.Column> wanted)
    {
        var active = new bool[Output.Count];
        foreach (DataViewSchema.Column column in wanted)
        {
            active[column.Index] = true;
        }

        return active;
    }

    /// <summary>Whether any of the wanted columns is an added one.</summary>
    public bool IsAnyAdded(bool[] active) => active.AsSpan(input.Count).Contains(true);

    /// <summary>The input columns without which the wanted ones cannot be given.</summary>
    public IEnumerable<DataViewSchema.Column> Dependencies(bool[] active)
    {
        bool isAnyAdded = IsAnyAdded(active);
        return input.Where(column => active[column.Index] || (isAnyAdded && IsSource(column)));
    }

    /// <summary>Walks over the input's rows.</summary>
    public virtual DataViewRowCursor Cursor(DataViewRowCursor rows, bool[] active) => new AddedColumnsCursor(rows, this, active);

    /// <summary>Gives the getters of the added columns, by their indices in the output. Values are made when they are fetched.</summary>
    /// <param name="row">The row of the input, which may move on.</param>
    /// <param name="active">Which columns are wanted, at least one of them added.</param>
    public abstract Func<int, Delegate> Getters(DataViewRow row, bool[] active);

    /// <summary>Whether the added columns are made of this one.</summary>
    protected abstract bool IsSource(DataViewSchema.Column column);
}
