using System.Buffers.Binary;
using System.IO.Compression;

namespace WCoRD.MLNet;

/// <summary>A file in MNIST's format, plain or packed by gzip.</summary>
/// <remarks>
/// Two zero bytes, the element type (8: unsigned byte), the number of dimensions; then each dimension, four bytes, most significant first;
/// then the
/// elements, the last dimension running fastest. The first dimension counts the records.
/// </remarks>
internal sealed class IdxFile
{
    private const byte UnsignedByte = 8;
    private static readonly RecordFormat Format = new("the IDX format of unsigned bytes", "get the file again");

    private IdxFile(RecordSource records, int[] dimensions)
    {
        Records = records;
        Dimensions = dimensions;
    }

    public RecordSource Records { get; }

    /// <summary>The dimensions of one record.</summary>
    public int[] Dimensions { get; }

    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is of another format or length.</exception>
    public static IdxFile Open(string path, string parameter)
    {
        string full = Path.GetFullPath(path);
        if (!File.Exists(full))
        {
            throw new FileNotFoundException(
                $"{parameter} is '{full}': the file does not exist. Expected a file in MNIST's IDX format.", full);
        }

        byte[]? unpacked = UnpackIfPacked(full);
        byte[] header = unpacked ?? ReadHeader(full);
        int dimensions = CheckMagic(full, header);
        int headerBytes = 4 + (4 * dimensions);
        if (header.Length < headerBytes)
        {
            throw new InvalidDataException(
                Invariant($"'{full}' has {header.Length} bytes: expected a header of {headerBytes} bytes. Get the file again."));
        }

        long[] sizes =
        [
            .. Enumerable.Range(0, dimensions).Select(i => (long)BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(4 + (4 * i)))),
        ];
        long recordBytes = 1;
        for (int i = 1; i < dimensions; i++)
        {
            recordBytes = sizes[i] is > 0 and <= int.MaxValue && recordBytes * sizes[i] <= int.MaxValue ? recordBytes * sizes[i]
                : throw new InvalidDataException(Invariant($"'{full}' has dimension {sizes[i]} at byte offset {4 + (4 * i)}: ")
                    + "expected 1 or more, and records below 2 GiB. Get the file again.");
        }

        RecordSource records = unpacked is null
            ? new FileRecords(full, Format, headerBytes, (int)recordBytes)
            : new MemoryRecords(full, unpacked, Format, headerBytes, (int)recordBytes);
        return records.Rows == sizes[0] ? new IdxFile(records, [.. sizes.Skip(1).Select(size => (int)size)])
            : throw new InvalidDataException(Invariant($"'{full}' announces {sizes[0]} records at byte offset 4 ")
                + Invariant($"and holds {records.Rows} of {recordBytes} bytes: ")
                + "expected as many. The file is cut off or has something added; get it again.");
    }

    private static int CheckMagic(string path, byte[] header)
    {
        if (header.Length < 4 || header[0] != 0 || header[1] != 0)
        {
            throw new InvalidDataException(
                $"'{path}' begins with the bytes {Convert.ToHexString(header.AsSpan(0, Math.Min(4, header.Length)))}: "
                    + "expected 0000, the element type and the number of dimensions, as 00000803. It is not in the IDX format.");
        }

        return header[2] != UnsignedByte
            ? throw new InvalidDataException(Invariant($"'{path}' has element type {header[2]:X2} at byte offset 2: ")
                + "expected 08, unsigned bytes. Other element types are not read.")
            : header[3] is >= 1 and <= 4 ? header[3]
            : throw new InvalidDataException(
                $"'{path}' has {header[3]} dimensions at byte offset 3: expected 1 for labels, 3 or 4 for images.");
    }

    private static byte[] ReadHeader(string path)
    {
        using FileStream file = File.OpenRead(path);
        byte[] header = new byte[20];
        return header[..file.ReadAtLeast(header, header.Length, throwOnEndOfStream: false)];
    }

    // Gzip is known by its first bytes, whatever the file's name.
    private static byte[]? UnpackIfPacked(string path)
    {
        using FileStream file = File.OpenRead(path);
        if (file.ReadByte() != 0x1F || file.ReadByte() != 0x8B)
        {
            return null;
        }

        file.Position = 0;
        try
        {
            using var packed = new GZipStream(file, CompressionMode.Decompress);
            using var unpacked = new MemoryStream();
            packed.CopyTo(unpacked);
            return unpacked.ToArray();
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException($"'{path}' is packed by gzip and cannot be unpacked ({e.Message}). Get the file again.", e);
        }
    }
}
