namespace WCoRD.MLNet;

/// <summary>Shows an <see cref="IHtmlDisplay"/> in a notebook. Members are found by name: see <see cref="TypeFormatterSourceAttribute"/>.</summary>
internal sealed class HtmlFormatterSource
{
    /// <summary>What a notebook shows a page's part as.</summary>
    public const string MimeType = "text/html";

#pragma warning disable CA1822 // The kernel calls these on an instance.
    public IEnumerable<object> CreateTypeFormatters() => [new HtmlFormatter()];

    private sealed class HtmlFormatter
    {
        public string MimeType => HtmlFormatterSource.MimeType;

        public bool Format(object instance, TextWriter writer)
        {
            writer.Write(((IHtmlDisplay)instance).ToHtml());
            return true;
        }
    }
#pragma warning restore CA1822
}
