using System.Runtime.InteropServices;
using Microsoft.ML;
using Microsoft.ML.Data;
using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>Reads the rows of a data view once, into one compact tensor: bytes stay bytes.</summary>
internal static class ExampleReader
{
    /// <exception cref="ArgumentException">There are no labelled rows, only one class, or a pixel that is no number.</exception>
    public static ExampleSet Read(IDataView data, ImageColumn image, LabelColumn label, Action checkCanceled, Action<string> warn)
    {
        var labels = new List<long>(Capacity(data));
        Tensor pixels = image.IsByte
            ? ReadRows<byte>(data, image, label, labels, checkCanceled, warn, check: null)
            : ReadRows<float>(data, image, label, labels, checkCanceled, warn, CheckNumbers);
        if (labels.Distinct().Count() < 2)
        {
            pixels.Dispose();
            throw new ArgumentException($"The {labels.Count} labelled row(s) of column '{label.Column.Name}' hold {labels.Distinct().Count()} class(es): expected at least 2. Check the label column and any filter before this stage.");
        }

        return new ExampleSet(pixels, [.. labels], label.Classes);

        void CheckNumbers(ReadOnlySpan<float> row)
        {
            for (int i = 0; i < row.Length; i++)
            {
                if (!float.IsFinite(row[i]))
                {
                    throw new ArgumentException($"Column '{image.Column.Name}' holds {row[i]} at value {i} of labelled row {labels.Count}: expected finite pixel values. Remove or repair such rows before this stage.");
                }
            }
        }
    }

    private static int Capacity(IDataView data) => (int)Math.Min(data.GetRowCount() ?? 0, Array.MaxLength);

    private delegate void RowCheck<T>(ReadOnlySpan<T> row);

    private static Tensor ReadRows<T>(IDataView data, ImageColumn image, LabelColumn label, List<long> labels, Action checkCanceled, Action<string> warn, RowCheck<T>? check)
        where T : unmanaged
    {
        const int Chunk = 4096;
        using var scope = NewDisposeScope();
        var chunks = new List<Tensor>();
        var buffer = new T[Chunk * image.Size];
        int buffered = 0;
        long unlabelled = 0;
        using DataViewRowCursor cursor = data.GetRowCursor([image.Column, label.Column]);
        ValueGetter<VBuffer<T>> getPixels = cursor.GetGetter<VBuffer<T>>(image.Column);
        ValueGetter<uint> getLabel = cursor.GetGetter<uint>(label.Column);
        VBuffer<T> row = default;
        uint key = 0;
        while (cursor.MoveNext())
        {
            checkCanceled();
            getLabel(ref key);
            if (key == 0)
            {
                unlabelled++;
                continue;
            }

            getPixels(ref row);
            Span<T> target = buffer.AsSpan(buffered * image.Size, image.Size);
            row.CopyTo(target);
            check?.Invoke(target);
            labels.Add(key - 1L);
            if (++buffered == Chunk)
            {
                Flush();
            }
        }

        Flush();
        if (unlabelled > 0)
        {
            warn($"{unlabelled} row(s) have no label in column '{label.Column.Name}' and are left out.");
        }

        return chunks.Count > 0
            ? cat(chunks, 0).MoveToOuterDisposeScope()
            : throw new ArgumentException($"The data has no labelled rows in column '{label.Column.Name}': expected at least 2, of different classes.");

        void Flush()
        {
            if (buffered > 0)
            {
                Tensor chunk = empty([buffered, image.Channels, image.Height, image.Width], image.IsByte ? ScalarType.Byte : ScalarType.Float32);
                chunk.bytes = MemoryMarshal.AsBytes(buffer.AsSpan(0, buffered * image.Size));
                chunks.Add(chunk);
                buffered = 0;
            }
        }
    }
}
