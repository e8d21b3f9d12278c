namespace WCoRD.MLNet;

/// <summary>Records of a file that was unpacked into memory; offsets count its unpacked bytes.</summary>
internal sealed class MemoryRecords(string path, byte[] bytes, RecordFormat format, int headerBytes, int recordBytes)
    : RecordSource(path, format, headerBytes, recordBytes, bytes.Length)
{
    public override RecordReader Open() => new Reader(this, bytes);

    private sealed class Reader(MemoryRecords source, byte[] bytes) : RecordReader
    {
        public override void Read(long row, Span<byte> buffer) => bytes.AsSpan((int)source.OffsetOf(row), buffer.Length).CopyTo(buffer);

        public override void Dispose()
        {
        }
    }
}
