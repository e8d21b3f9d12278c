using Microsoft.ML;
using Microsoft.ML.Data;

namespace WCoRD.MLNet;

/// <summary>The first rows of a data view, with images drawn.</summary>
[TypeFormatterSource(typeof(HtmlFormatterSource), PreferredMimeTypes = [HtmlFormatterSource.MimeType])]
public sealed class DataPreview : IHtmlDisplay
{
    private const string Image = "data:image/";

    // Of the names by which ML.NET's stages tell a class and what a model takes it for.
    private const string Label = "Label";
    private const string Predicted = "PredictedLabel";

    internal DataPreview(IReadOnlyList<string> columnNames, IReadOnlyList<IReadOnlyList<string>> rows) =>
        (ColumnNames, Rows) = (columnNames, rows);

    /// <summary>The names of the columns shown.</summary>
    public IReadOnlyList<string> ColumnNames { get; }

    /// <summary>The rows: a text for each column.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Rows { get; }

    /// <summary>Reads the first rows.</summary>
    /// <param name="data">The rows.</param>
    /// <param name="rows">How many, at least 1.</param>
    /// <param name="columnNames">The columns to show; null: all that are not hidden by later ones.</param>
    /// <returns>The preview.</returns>
    /// <exception cref="ArgumentException">A column is absent.</exception>
    public static DataPreview Of(IDataView data, int rows = 8, IReadOnlyList<string>? columnNames = null)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rows);
        DataViewSchema.Column[] columns = columnNames is null
            ? [.. data.Schema.Where(column => !column.IsHidden)]
            : [.. columnNames.Select(name => data.Schema.GetColumnOrNull(name)
                ?? throw ColumnErrors.Missing(nameof(columnNames), name, data.Schema.Select(column => column.Name)))];
        using DataViewRowCursor cursor = data.GetRowCursor(columns);
        Func<string>[] getters = [.. columns.Select(column => PreviewText.Getter(cursor, column))];
        List<string[]> found = [];
        while (found.Count < rows && cursor.MoveNext())
        {
            found.Add([.. getters.Select(get => get())]);
        }

        return new DataPreview([.. columns.Select(column => column.Name)], found);
    }

    /// <summary>Pictures with their values under them where there are images, else a table. A wrong prediction is red.</summary>
    /// <returns>HTML.</returns>
    public string ToHtml() => Rows.Any(row => row.Any(IsImage))
        ? $"<div style=\"display:flex;flex-wrap:wrap;gap:12px\">{string.Concat(Rows.Select(Figure))}</div>"
        : Html.Table(ColumnNames, Rows);

    /// <summary>The rows as a table.</summary>
    /// <returns>Text.</returns>
    public override string ToString() =>
        TextTable.Of(ColumnNames, [.. Rows.Select(row => row.Select(text => IsImage(text) ? "(image)" : text).ToArray())]);

    private static bool IsImage(string text) => text.StartsWith(Image, StringComparison.Ordinal);

    private string Figure(IReadOnlyList<string> row)
    {
        (string Name, string Text)[] values = [.. ColumnNames.Zip(row)];
        string images = string.Concat(values.Where(value => IsImage(value.Text)).Select(value =>
            $"<img alt=\"{Html.Encode(value.Name)}\" title=\"{Html.Encode(value.Name)}\" src=\"{value.Text}\" "
                + "style=\"height:96px;image-rendering:pixelated;margin-right:2px\">"));
        string label = values.FirstOrDefault(value => value.Name == Label).Text;
        return $"<figure style=\"margin:0;width:172px\">{images}<figcaption>"
            + $"{string.Join("<br>", values.Where(value => !IsImage(value.Text)).Select(Line))}</figcaption></figure>";

        string Line((string Name, string Text) value)
        {
            string colour = value.Name == Predicted && label is not null && label != value.Text ? ";color:#b00020" : "";
            return $"<span style=\"font-size:12px{colour}\">{Html.Encode($"{value.Name}: {value.Text}")}</span>";
        }
    }
}
