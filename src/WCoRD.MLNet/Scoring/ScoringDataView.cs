using Microsoft.ML;

namespace WCoRD.MLNet;

/// <summary>The rows of a source with the columns added by a network, computed only when a cursor wants them.</summary>
internal sealed class ScoringDataView(IDataView source, ScoringBinding binding, NetworkScorer scorer) : IDataView
{
    public DataViewSchema Schema => binding.Output;

    public bool CanShuffle => source.CanShuffle;

    public long? GetRowCount() => source.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        bool[] active = binding.Active(columnsNeeded);
        return Wrap(source.GetRowCursor(binding.Dependencies(active), rand), active);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
    {
        bool[] active = binding.Active(columnsNeeded);
        return Array.ConvertAll(source.GetRowCursorSet(binding.Dependencies(active), n, rand), cursor => Wrap(cursor, active));
    }

    private DataViewRowCursor Wrap(DataViewRowCursor input, bool[] active)
    {
        bool canKeep = binding.Input.All(column => !active[column.Index] || RowBuffer.Supports(column.Type));
        int rows = scorer.Description.BatchSize;
        return rows > 1 && canKeep && binding.NeedsNetwork(active)
            ? new BatchCursor(input, binding, scorer, active, rows)
            : new RowByRowCursor(input, binding, scorer, active);
    }
}
