using System.Net;

namespace WCoRD.MLNet;

/// <summary>Parts of pages. Styles stand in the elements: notebooks and code-hosting pages drop style sheets.</summary>
internal static class Html
{
    private const string Cell = "padding:2px 10px 2px 0;text-align:left;vertical-align:top";

    private const string FirstCell = Cell + ";white-space:nowrap";

    public static string Encode(string text) => WebUtility.HtmlEncode(text);

    /// <summary>A table of texts.</summary>
    /// <param name="header">The heads of the columns; empty: none.</param>
    /// <param name="rows">The rows.</param>
    public static string Table(IReadOnlyList<string> header, IEnumerable<IReadOnlyList<string>> rows)
    {
        string head = header.Count == 0 ? "" : $"<thead><tr>{Cells("th", header)}</tr></thead>";
        return $"<table style=\"border-collapse:collapse\">{head}"
            + $"<tbody>{string.Concat(rows.Select(row => $"<tr>{Cells("td", row)}</tr>"))}</tbody></table>";
    }

    /// <summary>What is unfolded by a click.</summary>
    public static string Details(string summary, string html) => $"<details><summary>{Encode(summary)}</summary>{html}</details>";

    private static string Cells(string element, IEnumerable<string> texts) =>
        string.Concat(texts.Select((text, i) => $"<{element} style=\"{(i == 0 ? FirstCell : Cell)}\">{Encode(text)}</{element}>"));
}
