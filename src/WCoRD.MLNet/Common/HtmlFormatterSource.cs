namespace WCoRD.MLNet;

/// <summary>Shows a value in a notebook. Members are found by name: see <see cref="TypeFormatterSourceAttribute"/>.</summary>
/// <remarks>A type only names this class; what it looks like is the matter of <c>Display</c>, which lies above all of them.</remarks>
internal sealed class HtmlFormatterSource
{
    /// <summary>What a notebook shows a page's part as.</summary>
    public const string MimeType = "text/html";

    /// <summary>Makes the HTML of a value: set once, by <c>Display</c>.</summary>
    public static Func<object, string> ToHtml { get; set; } = value => value.ToString() ?? "";

#pragma warning disable CA1822 // The kernel calls these on an instance.
    public IEnumerable<object> CreateTypeFormatters() => [new HtmlFormatter()];

    private sealed class HtmlFormatter
    {
        public string MimeType => HtmlFormatterSource.MimeType;

        public bool Format(object instance, TextWriter writer)
        {
            writer.Write(ToHtml(instance));
            return true;
        }
    }
#pragma warning restore CA1822
}
