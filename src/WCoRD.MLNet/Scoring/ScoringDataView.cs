using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace WCoRD.MLNet;

/// <summary>The rows of a source with the columns added by a network, computed only when a cursor wants them.</summary>
internal sealed class ScoringDataView(IDataView source, ScoringBinding binding, NetworkScorer scorer, IChannelProvider log) : IDataView
{
    // A look at the rows and an evaluation are two.
    private const int ManyPasses = 3;
    private int _passes;

    public DataViewSchema Schema => binding.Output;

    public bool CanShuffle => source.CanShuffle;

    public long? GetRowCount() => source.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        bool[] active = binding.Active(columnsNeeded);
        CountPass(active);
        return Wrap(source.GetRowCursor(binding.Dependencies(active), rand), active);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
    {
        bool[] active = binding.Active(columnsNeeded);
        CountPass(active);
        return Array.ConvertAll(source.GetRowCursorSet(binding.Dependencies(active), n, rand), cursor => Wrap(cursor, active));
    }

    /// <summary>Warns once of what costs most by far: a trainer that lets the network score all rows in each of its passes.</summary>
    private void CountPass(bool[] active)
    {
        if (!binding.NeedsNetwork(active) || Interlocked.Increment(ref _passes) != ManyPasses)
        {
            return;
        }

        using IChannel channel = log.Start("Scoring");
        channel.Warning(
            MessageSensitivity.None,
            $"the rows are read for the third time, and the network '{scorer.Description.Network}' scores all of them in every pass. Score them once: append AppendCacheCheckpoint(mlContext) behind this stage, or read them through mlContext.Data.Cache.");
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
