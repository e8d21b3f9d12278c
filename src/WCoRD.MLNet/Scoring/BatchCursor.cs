using Microsoft.ML;
using Microsoft.ML.Data;

namespace WCoRD.MLNet;

/// <summary>Reads up to one batch ahead, scores it by one network call, then serves its rows one by one.</summary>
internal sealed class BatchCursor : DataViewRowCursor
{
    private readonly DataViewRowCursor _input;
    private readonly ScoredColumns _added;
    private readonly bool[] _active;
    private readonly ScoredBatch _batch;
    private readonly RowBuffer?[] _columns;
    private readonly ScalarBuffer<DataViewRowId> _ids;
    private readonly long[] _batchNumbers;
    private int _filled;
    private int _slot = -1;
    private long _position = -1;
    private bool _ended;

    public BatchCursor(DataViewRowCursor input, ScoredColumns added, bool[] active, int rows)
    {
        _input = input;
        _added = added;
        _active = active;
        _batch = new ScoredBatch(input, added, active, rows);
        _columns = [.. added.Input.Select(column => active[column.Index] ? RowBuffer.Create(input, column, rows) : null)];
        _ids = new ScalarBuffer<DataViewRowId>(input.GetIdGetter(), rows);
        _batchNumbers = new long[rows];
    }

    public override DataViewSchema Schema => _added.Output;

    public override long Position => _position;

    // Cursor sets are merged by these numbers, so each row keeps the one it came with.
    public override long Batch => _position >= 0 ? _batchNumbers[_slot] : _input.Batch;

    public override bool IsColumnActive(DataViewSchema.Column column) => _active[column.Index];

    public override ValueGetter<DataViewRowId> GetIdGetter() => _ids.Getter(Slot);

    public override bool MoveNext()
    {
        if (_ended)
        {
            return false;
        }

        if (++_slot >= _filled && !Fill())
        {
            _ended = true;
            _position = -1;
            return false;
        }

        _position++;
        return true;
    }

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        RowGetters.CheckActive(_active, column);
        return _added.IsAdded(column.Index)
            ? RowGetters.Cast<TValue>(_batch.Getter(column.Index, Slot), column)
            : RowGetters.Cast<TValue>(_columns[column.Index]!.UntypedGetter(Slot), column);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _input.Dispose();
        }

        base.Dispose(disposing);
    }

    private int Slot()
    {
        RowGetters.CheckPosition(_position);
        return _slot;
    }

    private bool Fill()
    {
        _slot = 0;
        for (_filled = 0; _filled < _batchNumbers.Length && _input.MoveNext(); _filled++)
        {
            _batch.Read(_filled);
            _ids.Read(_filled);
            _batchNumbers[_filled] = _input.Batch;
            foreach (RowBuffer? column in _columns)
            {
                column?.Read(_filled);
            }
        }

        if (_filled > 0)
        {
            _batch.Compute(_filled);
        }

        return _filled > 0;
    }
}
