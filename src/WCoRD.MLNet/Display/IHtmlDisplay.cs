namespace WCoRD.MLNet;

/// <summary>What shows itself as HTML.</summary>
internal interface IHtmlDisplay
{
    string ToHtml();
}
