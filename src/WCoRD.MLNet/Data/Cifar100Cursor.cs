using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.Win32.SafeHandles;

namespace WCoRD.MLNet;

/// <summary>Walks over every row, or, in a set of n cursors, over the stripes first, first + n, first + 2n, ...</summary>
/// <remarks>A stripe's number is its rows' batch number: that is how ML.NET puts the rows of a set back in order.</remarks>
internal sealed class Cifar100Cursor : DataViewRowCursor
{
    /// <summary>Rows of one stripe.</summary>
    public const int StripeRows = 64;

    private readonly Cifar100View _view;
    private readonly bool[] _active;
    private readonly int[]? _order;
    private readonly int _cursors;
    private readonly SafeFileHandle? _handle;
    private readonly byte[] _record;
    private long _stripe;
    private int _withinStripe = -1;
    private long _position = -1;
    private long _row = -1;
    private long _rowRead = -1;
    private bool _ended;

    public Cifar100Cursor(Cifar100View view, bool[] active, int[]? order, int first, int cursors)
    {
        _view = view;
        _active = active;
        _order = order;
        _stripe = first;
        _cursors = cursors;
        _handle = active.Contains(true) ? view.File.Open() : null;
        _record = new byte[active[Cifar100View.PixelsColumn] ? Cifar100File.RecordBytes : Cifar100File.LabelBytes];
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
        if (next >= _view.File.Rows)
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
    public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId value) => value = new DataViewRowId((ulong)CurrentRow(), 0);

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        if (!IsColumnActive(column))
        {
            throw new InvalidOperationException($"Column '{column.Name}' is not active: name it when asking for the cursor.");
        }

        Delegate getter = column.Index switch
        {
            Cifar100View.LabelColumn => (ValueGetter<uint>)((ref uint value) => value = _view.File.Key(Record()[1], _row, fine: true)),
            Cifar100View.CoarseLabelColumn => (ValueGetter<uint>)((ref uint value) => value = _view.File.Key(Record()[0], _row, fine: false)),
            _ => (ValueGetter<VBuffer<byte>>)GetPixels,
        };
        return getter as ValueGetter<TValue>
            ?? throw new InvalidOperationException($"Column '{column.Name}' is of type {column.Type} ({column.Type.RawType.Name}): it cannot be read as {typeof(TValue).Name}.");
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _handle?.Dispose();
            _ended = true;
            _position = _row = -1;
        }

        base.Dispose(disposing);
    }

    private void GetPixels(ref VBuffer<byte> value)
    {
        ReadOnlySpan<byte> record = Record();
        var editor = VBufferEditor.Create(ref value, Cifar100File.PixelBytes);
        record[Cifar100File.LabelBytes..].CopyTo(editor.Values);
        value = editor.Commit();
    }

    // Rows nobody looks at cost no reading.
    private ReadOnlySpan<byte> Record()
    {
        long row = CurrentRow();
        if (_rowRead != row)
        {
            _rowRead = -1;
            _view.File.Read(_handle!, row, _record);
            _rowRead = row;
        }

        return _record;
    }

    private long CurrentRow() => _row >= 0 ? _row
        : throw new InvalidOperationException($"There is no current row: the cursor {(_ended ? "is past the last row" : "has not moved to the first row (call MoveNext)")}.");
}
