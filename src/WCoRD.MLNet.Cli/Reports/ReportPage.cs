using System.Net;
using System.Text;

namespace WCoRD.MLNet.Cli.Reports;

/// <summary>One page that holds everything it shows, for any width of screen.</summary>
internal sealed class ReportPage(string title)
{
    private const string Style = """
        body { margin: 0 auto; max-width: 960px; padding: 16px; font: 16px/1.5 system-ui, sans-serif; color: #222; background: #fff; }
        h1 { font-size: 1.6rem; } h2 { font-size: 1.2rem; margin: 2rem 0 .5rem; border-bottom: 1px solid #ddd; }
        p.about { color: #555; max-width: 70ch; }
        section > div, section > table { overflow-x: auto; }
        td { overflow-wrap: anywhere; }
        """;

    private readonly StringBuilder _sections = new();

    /// <summary>Adds a part.</summary>
    /// <param name="heading">Its heading.</param>
    /// <param name="about">How to read it; empty where that is plain.</param>
    /// <param name="html">What it shows.</param>
    public void Add(string heading, string about, string html)
    {
        string text = about.Length == 0 ? "" : $"<p class=\"about\">{WebUtility.HtmlEncode(about)}</p>";
        _sections.Append($"<section><h2>{WebUtility.HtmlEncode(heading)}</h2>{text}<div>{html}</div></section>\n");
    }

    public override string ToString() => $"""
        <!DOCTYPE html>
        <html lang="en">
        <head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>{WebUtility.HtmlEncode(title)}</title><style>
        {Style}
        </style></head>
        <body><h1>{WebUtility.HtmlEncode(title)}</h1>
        {_sections}</body>
        </html>

        """;
}
