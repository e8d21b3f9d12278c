namespace WCoRD.MLNet;

/// <summary>A temporary file of rows that do not fit into memory.</summary>
internal sealed class RowFile : IDisposable
{
    private readonly FileStream _file;

    /// <param name="path">The file, which must not be there.</param>
    /// <exception cref="IOException">It cannot be made.</exception>
    public RowFile(string path)
    {
        // Without a buffer of its own, which could fail to be written when the file is closed.
        _file = Guard(path, () => new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read, bufferSize: 0));
    }

    public string Path => _file.Name;

    /// <summary>Makes a folder for such files.</summary>
    /// <exception cref="IOException">It cannot be made.</exception>
    public static DirectoryInfo MakeFolder() =>
        Guard(System.IO.Path.Combine(System.IO.Path.GetTempPath(), "rows"), () => Directory.CreateTempSubdirectory("wcord-rows"));

    /// <exception cref="IOException">There is no room.</exception>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        try
        {
            _file.Write(bytes);
        }
        catch (IOException fault)
        {
            throw Fault(Path, fault);
        }
    }

    public void Dispose() => _file.Dispose();

    private static T Guard<T>(string path, Func<T> make)
    {
        try
        {
            return make();
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw Fault(path, fault);
        }
    }

    private static IOException Fault(string path, Exception fault)
    {
        string folder = System.IO.Path.GetDirectoryName(path)!;
        string reason = Directory.Exists(folder) ? fault.Message : "there is no such folder";
        return new IOException(
            $"The rows take more than MemoryBudget and cannot be kept in the folder '{folder}' ({reason}): "
            + "expected one that can be written and has room for them. "
            + "Make room, name another folder by the environment variable TMPDIR (Windows: TMP), "
            + "or raise MemoryBudget; null keeps all rows in memory.",
            fault);
    }
}
