namespace WCoRD.MLNet;

/// <summary>A table on a console: columns as wide as their longest text.</summary>
internal static class TextTable
{
    public static string Of(IReadOnlyList<string> header, IReadOnlyList<IReadOnlyList<string>> rows)
    {
        int[] widths = [.. header.Select((name, i) => rows.Select(row => row[i].Length).Append(name.Length).Max())];
        return string.Concat(rows.Prepend(header)
            .Select(row => string.Join("  ", row.Select((text, i) => text.PadRight(widths[i]))).TrimEnd() + "\n"));
    }
}
