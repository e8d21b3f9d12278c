using System.Runtime.InteropServices;
using Microsoft.ML;
using Microsoft.ML.Data;
using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>Reads one column into one compact tensor, in chunks, in memory or in a file.</summary>
internal abstract class ColumnReader : IDisposable
{
    public static ColumnReader Create(DataViewRowCursor cursor, VectorColumn column) =>
        column.IsByte
            ? new ColumnReader<byte>(cursor, column, ScalarType.Byte)
            : new ColumnReader<float>(cursor, column, ScalarType.Float32);

    /// <summary>The bytes that a row takes.</summary>
    public abstract long RowBytes { get; }

    /// <summary>Reads the cursor's row.</summary>
    /// <param name="row">Its number, for messages.</param>
    public abstract void Read(long row);

    /// <summary>Shows the cursor's row, without keeping it.</summary>
    /// <param name="row">Its number, for messages.</param>
    /// <param name="probe">Takes its values.</param>
    public abstract void Show(long row, RowProbe probe);

    /// <summary>Keeps all rows, also those read, in a file.</summary>
    /// <param name="file">The file, which must outlive the tensor.</param>
    public abstract void KeepIn(string file);

    /// <summary>All rows <c>[rows, dimensions...]</c>; the caller owns the tensor.</summary>
    public abstract Tensor ToTensor();

    public abstract void Dispose();
}

/// <summary>Reads one column of an item type.</summary>
internal sealed class ColumnReader<T>(DataViewRowCursor cursor, VectorColumn column, ScalarType type) : ColumnReader
    where T : unmanaged
{
    private const int ChunkValues = 1 << 22;
    private readonly ValueGetter<VBuffer<T>> _getter = cursor.GetGetter<VBuffer<T>>(column.Column);
    private readonly T[] _buffer = new T[Math.Max(1, ChunkValues / column.Size) * column.Size];
    private readonly List<Tensor> _chunks = [];
    private RowFile? _file;
    private VBuffer<T> _row;
    private int _filled;
    private long _rows;

    public override long RowBytes => (long)column.Size * Marshal.SizeOf<T>();

    public override void Read(long row)
    {
        _ = Get(row);
        _filled += column.Size;
        _rows++;
        if (_filled == _buffer.Length)
        {
            Flush();
        }
    }

    public override void Show(long row, RowProbe probe) => probe.Add(MemoryMarshal.AsBytes(Get(row)));

    public override void KeepIn(string file)
    {
        _file = new RowFile(file);
        foreach (Tensor chunk in _chunks)
        {
            _file.Write(chunk.bytes);
            chunk.Dispose();
        }

        _chunks.Clear();
    }

    public override Tensor ToTensor()
    {
        Flush();
        if (_file is null)
        {
            return _chunks.Count == 1 ? _chunks[0] : cat(_chunks, 0);
        }

        string path = _file.Path;
        _file.Dispose();
        using var scope = NewDisposeScope();

        // The system reads pages as rows are used, and drops them when it needs the memory.
        return from_file(path, shared: false, size: _rows * column.Size, dtype: type).view(Shape(_rows)).MoveToOuterDisposeScope();
    }

    public override void Dispose() => _file?.Dispose();

    // Where the next row is kept.
    private Span<T> Get(long row)
    {
        _getter(ref _row);
        column.CheckLength(_row.Length, row);
        Span<T> target = _buffer.AsSpan(_filled, column.Size);
        _row.CopyTo(target);
        CheckNumbers(MemoryMarshal.Cast<T, float>(type == ScalarType.Float32 ? target : []), row);
        return target;
    }

    private void Flush()
    {
        if (_filled == 0)
        {
            return;
        }

        Span<byte> bytes = MemoryMarshal.AsBytes(_buffer.AsSpan(0, _filled));
        if (_file is not null)
        {
            _file.Write(bytes);
        }
        else
        {
            Tensor chunk = empty(Shape(_filled / column.Size), type);
            chunk.bytes = bytes;
            _chunks.Add(chunk);
        }

        _filled = 0;
    }

    private long[] Shape(long rows) => [rows, .. column.Dimensions.Select(dimension => (long)dimension)];

    private void CheckNumbers(ReadOnlySpan<float> values, long row)
    {
        int at = values.IndexOfAnyExceptInRange(float.MinValue, float.MaxValue);
        if (at >= 0)
        {
            throw new ArgumentException(
                Invariant($"Column '{column.Column.Name}' holds {values[at]} at value {at} of row {row}: ")
                    + "expected finite numbers. Remove or repair such rows before this stage.");
        }
    }
}
