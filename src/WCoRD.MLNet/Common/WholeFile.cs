namespace WCoRD.MLNet;

/// <summary>Writes files so that a reader sees the whole file or none, whenever process or machine stop.</summary>
internal static class WholeFile
{
    public static void Write(string path, Action<Stream> write)
    {
        string temporary = $"{path}.{Path.GetRandomFileName()}";
        try
        {
            using (FileStream stream = new(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 16))
            {
                write(stream);
                // Onto the disk before the name: a rename may survive a power failure that the content does not.
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
    }
}
