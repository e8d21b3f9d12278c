using Microsoft.ML;
using Microsoft.ML.Data;

namespace WCoRD.MLNet;

/// <summary>One row at a time, scored when a value is asked for: what <c>PredictionEngine</c> uses.</summary>
internal sealed class ScoringRow : DataViewRow
{
    private readonly DataViewRow _input;
    private readonly ScoringBinding _binding;
    private readonly bool[] _active;
    private readonly ScoredBatch? _batch;
    private long _scored = -1;

    public ScoringRow(DataViewRow input, ScoringBinding binding, NetworkScorer scorer, bool[] active)
    {
        _input = input;
        _binding = binding;
        _active = active;
        _batch = binding.NeedsNetwork(active) ? new ScoredBatch(input, binding, scorer, active, rows: 1) : null;
    }

    public override DataViewSchema Schema => _binding.Output;

    public override long Position => _input.Position;

    public override long Batch => _input.Batch;

    public override ValueGetter<DataViewRowId> GetIdGetter() => _input.GetIdGetter();

    public override bool IsColumnActive(DataViewSchema.Column column) => _active[column.Index];

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        RowGetters.CheckActive(_active, column);
        return _binding.IsAdded(column.Index)
            ? RowGetters.Cast<TValue>(_batch!.Getter(column.Index, Score), column)
            : _input.GetGetter<TValue>(_binding.Input[column.Index]);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _input.Dispose();
        }

        base.Dispose(disposing);
    }

    private int Score()
    {
        long position = _input.Position;
        RowGetters.CheckPosition(position);
        if (_scored != position)
        {
            _batch!.Read(0);
            _batch.Compute(1);
            _scored = position;
        }

        return 0;
    }
}
