using Microsoft.ML;
using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>Reads the rows of a data view once, each column into one compact tensor: bytes stay bytes.</summary>
/// <param name="label">The label column; null: no row has a label.</param>
/// <param name="keepUnlabelled">Whether rows with a missing label are kept.</param>
/// <param name="checkCanceled">Called before every row.</param>
/// <param name="warn">Told of rows without a label.</param>
/// <param name="budget">The bytes of rows to keep in memory; more are kept in temporary files that are mapped into it, which exist until
/// this is disposed. Null: all in memory.</param>
/// <param name="ranks">The processes that read together: each the labels of all rows, and the values of its own. Null: this one reads
/// all.</param>
internal sealed class ExampleReader(
    LabelColumn? label, bool keepUnlabelled, Action checkCanceled, Action<string> warn, long? budget = null, RankGroup? ranks = null)
    : IDisposable
{
    private readonly Lazy<DirectoryInfo> _folder = new(RowFile.MakeFolder, LazyThreadSafetyMode.None);

    /// <summary>Whether rows are kept in files.</summary>
    public bool IsInFiles => _folder.IsValueCreated;

    /// <summary>Reads columns.</summary>
    /// <returns>For each column a tensor <c>[rows, dimensions...]</c>, uint8 or float32, which the caller owns; and the label of each
    /// row.</returns>
    /// <exception cref="ArgumentException">There are no rows to learn from, or a value is no number.</exception>
    /// <exception cref="IOException">Rows beyond the budget cannot be written.</exception>
    public (Tensor[] Values, long[] Labels) Read(IDataView data, IReadOnlyList<VectorColumn> columns)
    {
        using var scope = NewDisposeScope();
        var labels = new List<long>((int)Math.Min(data.GetRowCount() ?? 0, Array.MaxLength));
        using IDisposable? share = ranks is null ? null : RowShare.Begin(ranks.Rank, ranks.Size);
        using DataViewRowCursor cursor = data.GetRowCursor(
        [
            .. columns.Select(column => column.Column),
            .. label is null ? (DataViewSchema.Column[])[] : [label.Column],
        ]);
        ColumnReader[] readers = [.. columns.Select(column => ColumnReader.Create(cursor, column))];
        using var files = new Readers(readers);
        long rowBytes = readers.Sum(reader => reader.RowBytes);
        ValueGetter<uint>? getLabel = label is null ? null : KeyGetters.Of(cursor, label.Column);
        long unlabelled = 0, kept = 0;
        using RowProbe? probe = ranks is null ? null : new RowProbe(ranks);
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

            if (probe is not null && RowProbe.Has(labels.Count))
            {
                foreach (ColumnReader reader in readers)
                {
                    reader.Show(row, probe);
                }
            }

            bool isRead = ranks is null || RowExchange.IsOwn(ranks, labels.Count);
            labels.Add(key == 0 ? DistillationStep.NoLabel : key - 1L);
            if (!isRead)
            {
                continue;
            }

            kept++;
            foreach (ColumnReader reader in readers)
            {
                reader.Read(row);
            }

            if (kept * rowBytes > budget && !IsInFiles)
            {
                foreach ((int i, ColumnReader reader) in readers.Index())
                {
                    reader.KeepIn(Path.Combine(_folder.Value.FullName, Invariant($"column{i}.bin")));
                }
            }
        }

        if (unlabelled > 0)
        {
            warn(Invariant($"{unlabelled} row(s) have no label in column '{label!.Column.Name}' and ")
                + Invariant($"{(keepUnlabelled ? "count for the teacher's terms only" : "are left out")}."));
        }

        probe?.Check([.. labels]);
        return labels.Count > 0
            ? ([.. readers.Select(reader => reader.ToTensor().MoveToOuterDisposeScope())], [.. labels])
            : throw new ArgumentException(label is null
                ? "The data has no rows: expected at least 2. Check any filter before this stage."
                : $"The data has no labelled rows in column '{label.Column.Name}': expected at least 2, of different classes.");
    }

    /// <summary>Removes the files, after the tensors are disposed.</summary>
    public void Dispose()
    {
        if (IsInFiles)
        {
            _folder.Value.Delete(recursive: true);
        }
    }

    private sealed class Readers(ColumnReader[] readers) : IDisposable
    {
        public void Dispose()
        {
            foreach (ColumnReader reader in readers)
            {
                reader.Dispose();
            }
        }
    }
}
