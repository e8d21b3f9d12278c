namespace WCoRD.MLNet;

/// <summary>Where records of one length lie one after another, behind a header.</summary>
internal abstract class RecordSource(string path, RecordFormat format, int headerBytes, int recordBytes, long length)
{
    /// <summary>The file's path.</summary>
    public string Path => path;

    public RecordFormat Format => format;

    public int RecordBytes => recordBytes;

    /// <summary>The number of records.</summary>
    public long Rows { get; } = CountRows(path, format, headerBytes, recordBytes, length);

    /// <summary>Where a record begins.</summary>
    public long OffsetOf(long row) => headerBytes + (row * recordBytes);

    /// <summary>Opens the records for reading.</summary>
    /// <exception cref="IOException">The file is gone or has another length than when it was loaded.</exception>
    public abstract RecordReader Open();

    /// <exception cref="InvalidDataException">There are no records, or the last is cut off.</exception>
    private static long CountRows(string path, RecordFormat format, int headerBytes, int recordBytes, long length)
    {
        if (length <= headerBytes)
        {
            throw new InvalidDataException(
                Invariant($"'{path}' is empty: it has {length} bytes, ")
                    + $"expected {(headerBytes == 0 ? "" : Invariant($"a header of {headerBytes} bytes and "))}"
                    + Invariant($"records of {recordBytes} bytes. {Capital(format.Remedy)}."));
        }

        (long rows, long left) = Math.DivRem(length - headerBytes, recordBytes);
        return left == 0 ? rows
            : throw new InvalidDataException(
                Invariant($"'{path}' has {length} bytes: the record at byte offset {headerBytes + (rows * recordBytes)} ")
                + Invariant($"has {left} of the expected {recordBytes} bytes. ")
                + $"The file is cut off or not in {format.Name}; {format.Remedy}.");
    }

    private static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];
}
