using System.Text;
using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Series;

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

    /// <summary>Draws how something grows with a number: time with the batch, accuracy with the number of stored views.</summary>
    /// <param name="title">The title.</param>
    /// <param name="x">What grows: its axis is logarithmic.</param>
    /// <param name="y">What grows with it.</param>
    /// <param name="curves">By the name of each curve, in order of the legend: its points, of numbers above 0.</param>
    /// <returns>The picture.</returns>
    public static Picture GrowthCurves(
        string title, string x, string y, IEnumerable<KeyValuePair<string, IReadOnlyList<(double X, double Y)>>> curves)
    {
        ArgumentNullException.ThrowIfNull(curves);
        PlotModel model = Plot.Create(title);
        model.Axes.Add(Plot.Grid(new LogarithmicAxis { Position = AxisPosition.Bottom, Title = x }));
        model.Axes.Add(Plot.Grid(new LinearAxis { Position = AxisPosition.Left, Title = y }));
        foreach ((int i, (string name, IReadOnlyList<(double X, double Y)> points)) in curves.Index())
        {
            LineSeries line = Plot.Line(name, i, []);
            line.MarkerType = MarkerType.Circle;
            line.Points.AddRange(points.Select(point => new DataPoint(point.X, point.Y)));
            model.Series.Add(line);
        }

        return new Picture(model, 700, 420);
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
