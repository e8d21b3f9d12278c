using Microsoft.ML;
using Microsoft.ML.Data;

namespace WCoRD.MLNet;

/// <summary>Walks over every row, or, in a set of n cursors, over the stripes first, first + n, first + 2n, ...</summary>
/// <remarks>A stripe's number is its rows' batch number: that is how ML.NET puts the rows of a set back in order.</remarks>
internal sealed class RecordCursor : DataViewRowCursor
{
    /// <summary>Rows of one stripe.</summary>
    public const int StripeRows = 64;

    private readonly RecordView _view;
    private readonly bool[] _active;
    private readonly int[]? _order;
    private readonly int _cursors;
    private readonly Dictionary<RecordSource, CurrentRecord> _records = [];
    private long _stripe;
    private int _withinStripe = -1;
    private long _position = -1;
    private long _row = -1;
    private bool _ended;

    public RecordCursor(RecordView view, bool[] active, int[]? order, int first, int cursors)
    {
        _view = view;
        _active = active;
        _order = order;
        _stripe = first;
        _cursors = cursors;
        foreach (IGrouping<RecordSource, RecordColumn> columns in view.Columns.Where((_, i) => active[i]).GroupBy(column => column.Source))
        {
            _records.Add(
                columns.Key,
                new CurrentRecord(columns.Key.Open(), columns.Max(column => column.Field.Offset + column.Field.Length)));
        }
    }

    public override DataViewSchema Schema => _view.Schema;

    public override long Position => _position;

    public override long Batch => _cursors == 1 ? 0 : _stripe;

    public override bool IsColumnActive(DataViewSchema.Column column) => _active[column.Index];

    public override bool MoveNext()
    {
        if (_ended)
        {
            return false;
        }

        if (++_withinStripe == StripeRows)
        {
            _withinStripe = 0;
            _stripe += _cursors;
        }

        long next = (_stripe * StripeRows) + _withinStripe;
        if (next >= _view.Rows)
        {
            _ended = true;
            _position = _row = -1;
            return false;
        }

        _row = _order is null ? next : _order[next];
        _position++;
        return true;
    }

    /// <summary>The id is the record's number in the file, so it survives shuffling and cursor sets.</summary>
    public override ValueGetter<DataViewRowId> GetIdGetter() =>
        (ref DataViewRowId value) => value = new DataViewRowId((ulong)CurrentRow(), 0);

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        RowGetters.CheckActive(_active, column);
        (RecordSource source, RecordField field) = _view.Columns[column.Index];
        CurrentRecord record = _records[source];
        Delegate getter = field.Getter(source, (out row) =>
        {
            row = CurrentRow();
            return record.Read(row).AsSpan(field.Offset, field.Length);
        });
        return RowGetters.Cast<TValue>(getter, column);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            foreach (CurrentRecord record in _records.Values)
            {
                record.Dispose();
            }

            _ended = true;
            _position = _row = -1;
        }

        base.Dispose(disposing);
    }

    private long CurrentRow()
    {
        RowGetters.CheckPosition(_row);
        return _row;
    }

    /// <summary>The beginning of the record read last, as far as the active columns reach. Rows nobody looks at cost no reading.</summary>
    private sealed class CurrentRecord(RecordReader reader, int length) : IDisposable
    {
        private readonly byte[] _bytes = new byte[length];
        private long _row = -1;

        public byte[] Read(long row)
        {
            if (_row != row)
            {
                _row = -1;
                reader.Read(row, _bytes);
                _row = row;
            }

            return _bytes;
        }

        public void Dispose() => reader.Dispose();
    }
}
