using Microsoft.Win32.SafeHandles;

namespace WCoRD.MLNet;

/// <summary>A file of records: the coarse class (1 byte), the fine class (1 byte), then 3,072 bytes of pixels (planes red, green, blue, row by row).</summary>
internal sealed class Cifar100File
{
    public const int LabelBytes = 2;
    public const int PixelBytes = 3 * 32 * 32;
    public const int RecordBytes = LabelBytes + PixelBytes;

    /// <summary>The folder inside the official archive.</summary>
    public const string ArchiveFolder = "cifar-100-binary";

    /// <exception cref="InvalidDataException">The file is empty or ends within a record.</exception>
    private Cifar100File(string path)
    {
        Path = path;
        // Asked of the opened file: a link's own length is not its target's.
        using SafeFileHandle handle = File.OpenHandle(path);
        long length = RandomAccess.GetLength(handle);
        if (length == 0)
        {
            throw new InvalidDataException($"'{path}' is empty: expected records of {RecordBytes} bytes. Download or generate it again.");
        }

        Rows = length / RecordBytes;
        if (Rows * RecordBytes != length)
        {
            throw new InvalidDataException(
                $"'{path}' has {length} bytes: the record at byte offset {Rows * RecordBytes} has {length % RecordBytes} of the expected {RecordBytes} bytes. "
                + "The file is cut off or not in CIFAR-100's binary layout; download or generate it again.");
        }
    }

    public string Path { get; }

    public long Rows { get; }

    public static string NameOf(Cifar100Split split) => split == Cifar100Split.Train ? "train.bin" : "test.bin";

    public static Cifar100File Find(string path, Cifar100Split split)
    {
        string full = System.IO.Path.GetFullPath(path);
        if (!Directory.Exists(full))
        {
            return File.Exists(full) ? new(full)
                : throw new FileNotFoundException($"'{full}' does not exist: expected a folder with {NameOf(split)}, or one file in CIFAR-100's binary layout.", full);
        }

        string[] places = [System.IO.Path.Combine(full, NameOf(split)), System.IO.Path.Combine(full, ArchiveFolder, NameOf(split))];
        return places.FirstOrDefault(File.Exists) is { } found ? new(found)
            : throw new FileNotFoundException(
                $"The folder '{full}' has no {NameOf(split)}, nor has a folder {ArchiveFolder} in it: expected the unpacked binary version of CIFAR-100. "
                + $"Get it with {nameof(Cifar100Archive)}, or generate made data with {nameof(SampleImages)}.",
                places[0]);
    }

    /// <summary>Opens the file for reading.</summary>
    /// <exception cref="IOException">The file is gone or has another length than when it was loaded.</exception>
    public SafeFileHandle Open()
    {
        SafeFileHandle handle;
        try
        {
            handle = File.OpenHandle(Path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"'{Path}' was there when it was loaded and cannot be opened any more: {e.Message} Restore it and load it again.", e);
        }

        long length = RandomAccess.GetLength(handle);
        if (length != Rows * RecordBytes)
        {
            handle.Dispose();
            throw new IOException($"'{Path}' has {length} bytes and had {Rows * RecordBytes} when it was loaded. Load it again.");
        }

        return handle;
    }

    /// <summary>Fills the buffer from the start of a record.</summary>
    /// <exception cref="IOException">The file cannot be read, or became shorter.</exception>
    public void Read(SafeFileHandle handle, long row, Span<byte> buffer)
    {
        long offset = row * RecordBytes;
        for (int done = 0; done < buffer.Length;)
        {
            int count;
            try
            {
                count = RandomAccess.Read(handle, buffer[done..], offset + done);
            }
            catch (IOException e)
            {
                throw new IOException($"'{Path}' cannot be read at byte offset {offset + done} (record {row}): {e.Message}", e);
            }

            if (count == 0)
            {
                throw new IOException($"'{Path}' ends at byte offset {offset + done}, within record {row}, and had {Rows} records when it was loaded. Restore it and load it again.");
            }

            done += count;
        }
    }

    /// <summary>The key of a label byte: keys count from 1.</summary>
    /// <exception cref="InvalidDataException">The byte is not a class.</exception>
    public uint Key(byte label, long row, bool fine)
    {
        int classes = fine ? Cifar100Names.FineCount : Cifar100Names.CoarseCount;
        return label < classes ? label + 1u
            : throw new InvalidDataException(
                $"'{Path}' has {(fine ? "fine" : "coarse")} label {label} in record {row}, at byte offset {(row * RecordBytes) + (fine ? 1 : 0)}: expected 0 to {classes - 1}. "
                + "The file is damaged or not in CIFAR-100's binary layout; download or generate it again.");
    }
}
