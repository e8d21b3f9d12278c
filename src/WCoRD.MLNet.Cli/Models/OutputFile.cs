namespace WCoRD.MLNet.Cli.Models;

/// <summary>Finds out early whether a file can be written.</summary>
internal static class OutputFile
{
    /// <exception cref="CommandException">It cannot; the message names the option and the reason.</exception>
    public static void Check(string option, string path)
    {
        string full = Path.GetFullPath(path);
        string? folder = Path.GetDirectoryName(full);
        if (folder is null || !Directory.Exists(folder))
        {
            throw new CommandException($"{option} is '{path}': the folder '{folder}' does not exist. Create it or choose another path.");
        }

        if (Directory.Exists(full))
        {
            throw new CommandException($"{option} is '{path}': that is a folder. Name a file.");
        }

        try
        {
            bool isNew = !File.Exists(full);
            using (new FileStream(full, FileMode.OpenOrCreate, FileAccess.Write))
            {
            }

            if (isNew)
            {
                File.Delete(full);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"{option} is '{path}': it cannot be written ({exception.Message}). Choose another path.");
        }
    }
}
