using Microsoft.ML;
using Microsoft.ML.Data;

namespace WCoRD.MLNet;

/// <summary>Decodes the next rows' images by all cores while the present row is used; rows keep their order.</summary>
internal sealed class LoadedPixelsCursor : DataViewRowCursor
{
    // Enough to keep every core busy while one image takes longer than the others.
    private static readonly int Ahead = 4 * Environment.ProcessorCount;
    private readonly DataViewRowCursor _input;
    private readonly LoadedPixels _added;
    private readonly bool[] _active;
    private readonly Func<Func<byte[]>> _captured;
    private readonly RowBuffer?[] _columns;
    private readonly ScalarBuffer<DataViewRowId> _ids;
    private readonly long[] _batches = new long[Ahead];
    private readonly Task<byte[]>?[] _decoded = new Task<byte[]>?[Ahead];
    private readonly Func<byte[]>?[] _waiting = new Func<byte[]>?[Ahead];
    private readonly RowShare? _share = RowShare.Present;
    private long _read;
    private long _row = -1;
    private bool _inputEnded;

    public LoadedPixelsCursor(DataViewRowCursor input, LoadedPixels added, bool[] active)
    {
        (_input, _added, _active) = (input, added, active);
        _captured = added.Captured(input);
        _columns = [.. added.Input.Select(column => active[column.Index] ? RowBuffer.Create(input, column, Ahead) : null)];
        _ids = new ScalarBuffer<DataViewRowId>(input.GetIdGetter(), Ahead);
    }

    public override DataViewSchema Schema => _added.Output;

    public override long Position => _row;

    // Cursor sets are merged by these numbers, so each row keeps the one it came with.
    public override long Batch => _row >= 0 ? _batches[Slot()] : _input.Batch;

    public override bool IsColumnActive(DataViewSchema.Column column) => _active[column.Index];

    public override ValueGetter<DataViewRowId> GetIdGetter() => _ids.Getter(Slot);

    public override bool MoveNext()
    {
        // The slot of the row that is left is free for one more.
        long next = _row + 1;
        while (!_inputEnded && _read < next + Ahead)
        {
            ReadAhead();
        }

        if (next >= _read)
        {
            (_row, _read) = (-1, 0);
            return false;
        }

        _row = next;
        return true;
    }

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        RowGetters.CheckActive(_active, column);
        ValueGetter<VBuffer<byte>> decoded = (ref VBuffer<byte> value) =>
            LoadedPixels.Copy(Decoded(Slot()), ref value);
        return RowGetters.Cast<TValue>(
            _added.IsAdded(column.Index) ? decoded : _columns[column.Index]!.UntypedGetter(Slot), column);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            // Nobody is to find a file open after the rows are closed.
            Task.WhenAll(_decoded.OfType<Task<byte[]>>()).ContinueWith(_ => { }, TaskScheduler.Default).Wait();
            _inputEnded = true;
            (_row, _read) = (-1, 0);
            _input.Dispose();
        }

        base.Dispose(disposing);
    }

    private int Slot()
    {
        RowGetters.CheckPosition(_row);
        return (int)(_row % Ahead);
    }

    private void ReadAhead()
    {
        if (!_input.MoveNext())
        {
            _inputEnded = true;
            return;
        }

        bool isWanted = _share?.Has(_read) != false;
        int slot = (int)(_read++ % Ahead);
        foreach (RowBuffer? column in _columns)
        {
            column?.Read(slot);
        }

        _ids.Read(slot);
        _batches[slot] = _input.Batch;
        Func<byte[]> decode = _captured();
        (_decoded[slot], _waiting[slot]) = isWanted ? (Task.Run(decode), null) : ((Task<byte[]>?)null, decode);
    }

    private byte[] Decoded(int slot) => (_decoded[slot] ??= Task.FromResult(_waiting[slot]!())).GetAwaiter().GetResult();
}
