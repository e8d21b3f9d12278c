namespace WCoRD.MLNet;

[TypeFormatterSource(typeof(HtmlFormatterSource), PreferredMimeTypes = [HtmlFormatterSource.MimeType])]
public sealed partial record ModelCard : IHtmlDisplay
{
    /// <summary>The card as a table.</summary>
    /// <returns>HTML.</returns>
    public string ToHtml() => Html.Table([], Lines().Select(line => (string[])[line.Name.Trim(), line.Value]));
}
