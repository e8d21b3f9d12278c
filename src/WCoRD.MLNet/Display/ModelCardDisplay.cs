namespace WCoRD.MLNet;

/// <summary>Shows a <see cref="ModelCard"/> in a notebook.</summary>
public static class ModelCardDisplay
{
    /// <summary>The card as a table.</summary>
    /// <param name="card">The card.</param>
    /// <returns>HTML.</returns>
    public static string ToHtml(this ModelCard card)
    {
        ArgumentNullException.ThrowIfNull(card);
        return Html.Table([], card.Lines().Select(line => (string[])[line.Name.Trim(), line.Value]));
    }
}
