using System.IO.MemoryMappedFiles;
using System.Security.Cryptography;
using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>What a teacher makes of one view of every row, in a file.</summary>
/// <remarks>
/// <para>Layout: the <see cref="ViewHeader"/>; then, for each 64 rows in order (at last, fewer), their features and scores in float16, little
/// endian, <c>[rows, features + classes]</c>, and a checksum of 32 bytes: SHA-256 of the header, the first row's number (int64) and these
/// bytes. So no piece of another file or place is taken for this one, and a file is whole when every checksum is right.</para>
/// <para>The teacher sees the rows of a checksum in one call: what it gives depends neither on who trains, nor on where a writer
/// stopped.</para>
/// </remarks>
internal sealed class ViewFile : IDisposable
{
    /// <summary>The rows that a checksum is of, and that a teacher sees in one call.</summary>
    public const int RowsTogether = 64;

    private const int NumberSize = 2;

    // What Linux (EWOULDBLOCK), macOS (the same) and Windows (a sharing violation) say of a file that another process has.
    private static readonly int[] Taken = [11, 35, unchecked((int)0x80070020)];

    private readonly ViewHeader _header;
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _bytes;

    private ViewFile(FileStream stream, ViewHeader header)
    {
        _header = header;
        _file = MemoryMappedFile.CreateFromFile(
            stream, mapName: null, capacity: 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: false);
        _bytes = _file.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
    }

    /// <summary>The bytes that a file of such views takes.</summary>
    public static long SizeOf(ViewHeader header) => Offset(header, header.Count) + (header.Count % RowsTogether == 0 ? 0 : SHA256.HashSizeInBytes);

    /// <summary>Opens a file whose every checksum is right.</summary>
    /// <param name="path">The file.</param>
    /// <param name="header">Whose views are wanted.</param>
    /// <param name="view">The view's number.</param>
    /// <returns>Null: there is none, it is not whole, or somebody writes it now.</returns>
    /// <exception cref="FormatException">The file is of something else.</exception>
    public static ViewFile? TryOpen(string path, ViewHeader header, int view)
    {
        FileStream? stream = TryShare(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        if (stream is null)
        {
            return null;
        }

        if (FirstMissing(stream, header, view) == header.Count)
        {
            return new ViewFile(stream, header);
        }

        stream.Dispose();
        return null;
    }

    /// <summary>Writes what is missing of a file, in order, unless somebody else does.</summary>
    /// <param name="path">The file.</param>
    /// <param name="header">Whose views they are.</param>
    /// <param name="view">The view's number.</param>
    /// <param name="compute">What the teacher makes of a number of rows from one on: float16 <c>[rows, features + classes]</c>, on the
    /// CPU.</param>
    /// <param name="warn">Told of a part that was damaged, and is made anew.</param>
    /// <returns>False: somebody else is writing it.</returns>
    /// <exception cref="FormatException">The file is of something else.</exception>
    public static bool TryComplete(string path, ViewHeader header, int view, Func<int, int, Tensor> compute, Action<string> warn)
    {
        using FileStream? stream = TryShare(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        if (stream is null)
        {
            return false;
        }

        byte[] head = header.Of(view);
        int first = FirstMissing(stream, header, view);
        long good = first == 0 && stream.Length < ViewHeader.Size ? 0 : Offset(header, first);
        if (stream.Length - good >= PartSize(header, first))
        {
            warn(Invariant($"'{path}' is damaged in the part of row {first}: from there on it is made anew."));
        }

        stream.SetLength(good);
        stream.Position = good;
        if (good == 0)
        {
            stream.Write(head);
        }

        for (int row = first; row < header.Count; row += RowsTogether)
        {
            using Tensor made = compute(row, Math.Min(RowsTogether, header.Count - row));
            byte[] bytes = [.. made.bytes];
            stream.Write([.. bytes, .. Checksum(head, row, bytes)]);
        }

        stream.Flush(flushToDisk: true);
        return true;
    }

    /// <summary>What the teacher made of some rows.</summary>
    /// <param name="rows">Their numbers among all rows.</param>
    /// <returns>Float16 <c>[rows, features + classes]</c>, on the CPU; the caller owns it.</returns>
    public Tensor Read(ReadOnlySpan<long> rows)
    {
        int rowBytes = _header.Width * NumberSize;
        byte[] read = new byte[rows.Length * rowBytes];
        for (int i = 0; i < rows.Length; i++)
        {
            _bytes.SafeMemoryMappedViewHandle.ReadSpan((ulong)Offset(_header, rows[i]), read.AsSpan(i * rowBytes, rowBytes));
        }

        Tensor values = empty([rows.Length, _header.Width], ScalarType.Float16);
        values.bytes = read;
        return values;
    }

    public void Dispose()
    {
        _bytes.Dispose();
        _file.Dispose();
    }

    /// <summary>The first row of the first part that is not there, or not right; the number of rows: none.</summary>
    private static int FirstMissing(FileStream stream, ViewHeader header, int view)
    {
        byte[] head = header.Of(view), found = new byte[ViewHeader.Size];
        stream.Position = 0;
        if (stream.ReadAtLeast(found, found.Length, throwOnEndOfStream: false) < found.Length)
        {
            return 0;
        }

        if (!found.AsSpan().SequenceEqual(head))
        {
            throw new FormatException(
                $"'{stream.Name}' holds other views than its name says: found '{Text(found)}', expected '{Text(head)}'. "
                    + "Remove it, or name another folder.");
        }

        byte[] part = new byte[PartSize(header, 0)];
        for (int row = 0; row < header.Count; row += RowsTogether)
        {
            Span<byte> read = part.AsSpan(0, (int)PartSize(header, row));
            if (stream.ReadAtLeast(read, read.Length, throwOnEndOfStream: false) < read.Length
                || !read[^SHA256.HashSizeInBytes..].SequenceEqual(Checksum(head, row, read[..^SHA256.HashSizeInBytes])))
            {
                return row;
            }
        }

        return header.Count;
    }

    private static long PartSize(ViewHeader header, int row) =>
        ((long)Math.Min(RowsTogether, header.Count - row) * header.Width * NumberSize) + SHA256.HashSizeInBytes;

    private static long Offset(ViewHeader header, long row) =>
        ViewHeader.Size + (row * header.Width * NumberSize) + (row / RowsTogether * SHA256.HashSizeInBytes);

    private static byte[] Checksum(ReadOnlySpan<byte> head, long row, ReadOnlySpan<byte> numbers)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(head);
        hash.AppendData(BitConverter.GetBytes(row));
        hash.AppendData(numbers);
        return hash.GetHashAndReset();
    }

    private static string Text(byte[] head) => System.Text.Encoding.UTF8.GetString(head).Trim().ReplaceLineEndings(": ");

    /// <summary>Null: there is no such file, or another training has it.</summary>
    private static FileStream? TryShare(string path, FileMode mode, FileAccess access, FileShare share)
    {
        try
        {
            // Without a buffer of its own, which could fail to be written when the file is closed.
            return new FileStream(path, mode, access, share, bufferSize: 0);
        }
        catch (FileNotFoundException)
        {
            return null;
        }
        catch (IOException fault) when (Taken.Contains(fault.HResult))
        {
            return null;
        }
    }
}
