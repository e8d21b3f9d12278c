using System.Runtime.InteropServices;
using Microsoft.ML;
using Microsoft.ML.Data;
using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>Reads the rows of a data view once, each column into one compact tensor: bytes stay bytes.</summary>
/// <param name="label">The label column; null: no row has a label.</param>
/// <param name="keepUnlabelled">Whether rows with a missing label are kept.</param>
/// <param name="checkCanceled">Called before every row.</param>
/// <param name="warn">Told of rows without a label.</param>
internal sealed class ExampleReader(LabelColumn? label, bool keepUnlabelled, Action checkCanceled, Action<string> warn)
{
    /// <summary>Reads columns.</summary>
    /// <returns>For each column a tensor <c>[rows, dimensions...]</c>, uint8 or float32, which the caller owns; and the label of each row.</returns>
    /// <exception cref="ArgumentException">There are no rows to learn from, or a value is no number.</exception>
    public (Tensor[] Values, long[] Labels) Read(IDataView data, IReadOnlyList<VectorColumn> columns)
    {
        using var scope = NewDisposeScope();
        var labels = new List<long>((int)Math.Min(data.GetRowCount() ?? 0, Array.MaxLength));
        using DataViewRowCursor cursor = data.GetRowCursor([.. columns.Select(column => column.Column), .. label is null ? (DataViewSchema.Column[])[] : [label.Column]]);
        ColumnReader[] readers = [.. columns.Select(column => ColumnReader.Create(cursor, column))];
        ValueGetter<uint>? getLabel = label is null ? null : cursor.GetGetter<uint>(label.Column);
        long unlabelled = 0;
        for (long row = 0; cursor.MoveNext(); row++)
        {
            checkCanceled();
            uint key = 0;
            getLabel?.Invoke(ref key);
            if (key == 0 && label is not null)
            {
                unlabelled++;
                if (!keepUnlabelled)
                {
                    continue;
                }
            }

            labels.Add(key == 0 ? DistillationStep.NoLabel : key - 1L);
            foreach (ColumnReader reader in readers)
            {
                reader.Read(row);
            }
        }

        if (unlabelled > 0)
        {
            warn($"{unlabelled} row(s) have no label in column '{label!.Column.Name}' and {(keepUnlabelled ? "count for the teacher's terms only" : "are left out")}.");
        }

        return labels.Count > 0
            ? ([.. readers.Select(reader => reader.ToTensor().MoveToOuterDisposeScope())], [.. labels])
            : throw new ArgumentException(label is null
                ? "The data has no rows: expected at least 2. Check any filter before this stage."
                : $"The data has no labelled rows in column '{label.Column.Name}': expected at least 2, of different classes.");
    }

    /// <summary>Reads one column, in chunks that become tensors.</summary>
    private abstract class ColumnReader
    {
        public static ColumnReader Create(DataViewRowCursor cursor, VectorColumn column) =>
            column.IsByte ? new ColumnReader<byte>(cursor, column, ScalarType.Byte) : new ColumnReader<float>(cursor, column, ScalarType.Float32);

        public abstract void Read(long row);

        public abstract Tensor ToTensor();
    }

    private sealed class ColumnReader<T>(DataViewRowCursor cursor, VectorColumn column, ScalarType type) : ColumnReader
        where T : unmanaged
    {
        private const int ChunkValues = 1 << 22;
        private readonly ValueGetter<VBuffer<T>> _getter = cursor.GetGetter<VBuffer<T>>(column.Column);
        private readonly T[] _buffer = new T[Math.Max(1, ChunkValues / column.Size) * column.Size];
        private readonly List<Tensor> _chunks = [];
        private VBuffer<T> _row;
        private int _filled;

        public override void Read(long row)
        {
            _getter(ref _row);
            Span<T> target = _buffer.AsSpan(_filled, column.Size);
            _row.CopyTo(target);
            CheckNumbers(MemoryMarshal.Cast<T, float>(type == ScalarType.Float32 ? target : []), row);
            _filled += column.Size;
            if (_filled == _buffer.Length)
            {
                Flush();
            }
        }

        public override Tensor ToTensor()
        {
            Flush();
            return cat(_chunks, 0);
        }

        private void Flush()
        {
            if (_filled > 0)
            {
                Tensor chunk = empty([_filled / column.Size, .. column.Dimensions.Select(dimension => (long)dimension)], type);
                chunk.bytes = MemoryMarshal.AsBytes(_buffer.AsSpan(0, _filled));
                _chunks.Add(chunk);
                _filled = 0;
            }
        }

        private void CheckNumbers(ReadOnlySpan<float> values, long row)
        {
            int at = values.IndexOfAnyExceptInRange(float.MinValue, float.MaxValue);
            if (at >= 0)
            {
                throw new ArgumentException(FormattableString.Invariant($"Column '{column.Column.Name}' holds {values[at]} at value {at} of row {row}: expected finite numbers. Remove or repair such rows before this stage."));
            }
        }
    }
}
