namespace WCoRD.MLNet;

/// <summary>Walks through folders and what links lead to, each real folder once. Names that begin with a dot are passed over.</summary>
internal static class FolderWalk
{
    /// <summary>The folders right in a folder.</summary>
    public static IEnumerable<string> Folders(string folder) => Directory.EnumerateDirectories(folder).Where(IsShown);

    /// <summary>The number of files right in a folder.</summary>
    public static int LooseFiles(string folder) => Directory.EnumerateFiles(folder).Count(IsShown);

    /// <summary>All files in a folder and in the folders in it.</summary>
    /// <exception cref="IOException">A folder cannot be read.</exception>
    public static IEnumerable<string> Files(string folder)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var waiting = new Stack<string>([folder]);
        while (waiting.TryPop(out string? next))
        {
            // A link that leads back would never end.
            if (!seen.Add(Real(next)))
            {
                continue;
            }

            (string[] files, string[] folders) = Entries(next);
            foreach (string file in files)
            {
                yield return file;
            }

            foreach (string inner in folders)
            {
                waiting.Push(inner);
            }
        }
    }

    private static (string[] Files, string[] Folders) Entries(string folder)
    {
        try
        {
            return ([.. Directory.EnumerateFiles(folder).Where(IsShown)], [.. Folders(folder)]);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"The folder '{folder}' cannot be read: {fault.Message}", fault);
        }
    }

    // The whole path is resolved, as a link may lead above the folder that it lies in.
    private static string Real(string folder)
    {
        var info = new DirectoryInfo(Path.GetFullPath(folder));
        try
        {
            string own = info.ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? info.FullName;
            var real = new DirectoryInfo(own);
            return real.Parent is { } parent ? Path.Combine(Real(parent.FullName), real.Name) : real.FullName;
        }
        catch (IOException)
        {
            // Links in a circle, which lead nowhere.
            return info.FullName;
        }
    }

    private static bool IsShown(string path) => !Path.GetFileName(path).StartsWith('.');
}
