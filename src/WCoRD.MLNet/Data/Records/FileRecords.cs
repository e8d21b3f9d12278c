using Microsoft.Win32.SafeHandles;

namespace WCoRD.MLNet;

/// <summary>Records of a file, which every cursor opens for itself.</summary>
internal sealed class FileRecords(string path, RecordFormat format, int headerBytes, int recordBytes)
    : RecordSource(path, format, headerBytes, recordBytes, LengthOf(path))
{
    public override RecordReader Open()
    {
        SafeFileHandle handle;
        try
        {
            handle = File.OpenHandle(Path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException(
                $"'{Path}' was there when it was loaded and cannot be opened any more: {e.Message} Restore it and load it again.", e);
        }

        long length = RandomAccess.GetLength(handle);
        if (length != OffsetOf(Rows))
        {
            handle.Dispose();
            throw new IOException(Invariant($"'{Path}' has {length} bytes and had {OffsetOf(Rows)} when it was loaded. Load it again."));
        }

        return new Reader(this, handle);
    }

    private static long LengthOf(string path)
    {
        // Asked of the opened file: a link's own length is not its target's.
        using SafeFileHandle handle = File.OpenHandle(path);
        return RandomAccess.GetLength(handle);
    }

    private sealed class Reader(FileRecords source, SafeFileHandle handle) : RecordReader
    {
        public override void Read(long row, Span<byte> buffer)
        {
            long offset = source.OffsetOf(row);
            for (int done = 0; done < buffer.Length;)
            {
                int count;
                try
                {
                    count = RandomAccess.Read(handle, buffer[done..], offset + done);
                }
                catch (IOException e)
                {
                    throw new IOException(
                        Invariant($"'{source.Path}' cannot be read at byte offset {offset + done} (record {row}): {e.Message}"), e);
                }

                if (count == 0)
                {
                    throw new IOException(Invariant($"'{source.Path}' ends at byte offset {offset + done}, within record {row}, ")
                        + Invariant($"and had {source.Rows} records when it was loaded. Restore it and load it again."));
                }

                done += count;
            }
        }

        public override void Dispose() => handle.Dispose();
    }
}
