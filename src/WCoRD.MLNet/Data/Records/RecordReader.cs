namespace WCoRD.MLNet;

/// <summary>Reads records for one cursor.</summary>
internal abstract class RecordReader : IDisposable
{
    /// <summary>Fills the buffer from the start of a record.</summary>
    /// <exception cref="IOException">The file cannot be read, or became shorter.</exception>
    public abstract void Read(long row, Span<byte> buffer);

    public abstract void Dispose();
}
