using System.Text;
using OxyPlot;
using OxyPlot.Axes;

namespace WCoRD.MLNet;

/// <summary>A drawn picture. As a cell's last value a notebook shows it.</summary>
[TypeFormatterSource(typeof(HtmlFormatterSource), PreferredMimeTypes = [HtmlFormatterSource.MimeType])]
public sealed class Picture : IHtmlDisplay
{
    private readonly string _title;

    internal Picture(PlotModel model, double width, double height)
    {
        _title = model.Title;
        Svg = Plot.ToSvg(model, width, height);
    }

    /// <summary>The picture as SVG.</summary>
    public string Svg { get; }

    /// <summary>Draws how accurate several trainings were, epoch by epoch, to compare them.</summary>
    /// <param name="title">The title.</param>
    /// <param name="accuracies">By the name of each training, in order of the legend: its accuracy after every epoch, in [0, 1]; NaN leaves
    /// a gap.</param>
    /// <returns>The picture; it says percent.</returns>
    public static Picture AccuracyCurves(string title, IEnumerable<KeyValuePair<string, IReadOnlyList<double>>> accuracies)
    {
        ArgumentNullException.ThrowIfNull(accuracies);
        PlotModel model = Plot.Create(title);
        model.Axes.Add(Plot.Counted("epoch"));
        model.Axes.Add(Plot.Grid(new LinearAxis { Position = AxisPosition.Left, Title = "accuracy %" }));
        foreach ((int i, (string name, IReadOnlyList<double> shares)) in accuracies.Index())
        {
            model.Series.Add(Plot.Line(name, i, [.. shares.Select(share => 100 * share)]));
        }

        return new Picture(model, 900, 560);
    }

    /// <summary>Writes the picture as an SVG file.</summary>
    /// <param name="path">The file, which is overwritten.</param>
    public void Save(string path) => File.WriteAllText(path, Svg);

    /// <summary>The picture as a part of a page, never wider than that.</summary>
    /// <remarks>An image with all its data: code-hosting pages show that, and drop SVG that stands in the page itself.</remarks>
    /// <returns>HTML.</returns>
    public string ToHtml() =>
        $"<img alt=\"{Html.Encode(_title)}\" src=\"data:image/svg+xml;base64,{Convert.ToBase64String(Encoding.UTF8.GetBytes(Svg))}\" "
            + "style=\"display:block;max-width:100%;height:auto\">";

    /// <summary>The title, where no picture can be shown.</summary>
    /// <returns>Text.</returns>
    public override string ToString() => $"picture: {_title}";
}
