namespace WCoRD.MLNet.Cli.Output;

/// <summary>Text in files of values divided by commas.</summary>
internal static class Csv
{
    /// <summary>Quotes what would be read as more than one value.</summary>
    public static string Quote(string text) =>
        text.AsSpan().IndexOfAny(",\"\n\r") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    /// <summary>Writes a file, line by line.</summary>
    /// <returns>The number of lines after the first.</returns>
    public static int Write(string path, string header, IEnumerable<string> lines)
    {
        int count = 0;
        using var writer = new StreamWriter(path);
        writer.Write(header + "\n");
        foreach (string line in lines)
        {
            writer.Write(line + "\n");
            count++;
        }

        return count;
    }
}
