using System.Runtime.CompilerServices;

namespace WCoRD.MLNet;

/// <summary>Which values show themselves in notebooks, and how.</summary>
internal static class HtmlDisplays
{
    // A type carries the attribute and knows nothing of pictures; so the way back is set when the assembly is loaded.
#pragma warning disable CA2255
    [ModuleInitializer]
#pragma warning restore CA2255
    internal static void Register() => HtmlFormatterSource.ToHtml = ToHtml;

    private static string ToHtml(object value) => value switch
    {
        TrainingHistory history => history.ToHtml(),
        ModelCard card => card.ToHtml(),
        TransportPlan plan => plan.ToHtml(),
        IHtmlDisplay display => display.ToHtml(),
        _ => throw new InvalidOperationException(
            $"A {value.GetType().Name} has no display: expected one of the types that name {nameof(HtmlFormatterSource)}."),
    };
}
