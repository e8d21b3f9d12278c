using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace WCoRD.MLNet;

/// <summary>The rows of a source with the columns added by a network.</summary>
/// <remarks>Warns once of what costs most by far: a trainer that lets the network score all rows in each of its passes.</remarks>
internal sealed class ScoringDataView(IDataView source, ScoredColumns columns, IChannelProvider log) : StageView(source, columns)
{
    // A look at the rows and an evaluation are two.
    private const int ManyPasses = 3;
    private int _passes;

    protected override void BeginPass(bool[] active)
    {
        if (!columns.IsAnyAdded(active) || Interlocked.Increment(ref _passes) != ManyPasses)
        {
            return;
        }

        using IChannel channel = log.Start("Scoring");
        channel.Warning(
            MessageSensitivity.None,
            $"the rows are read for the third time, and the network '{columns.Scorer.Description.Network}' "
                + "scores all of them in every pass. "
                + "Score them once: append AppendCacheCheckpoint(mlContext) behind this stage, or read them through mlContext.Data.Cache.");
    }
}
