using System.Globalization;
using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Legends;
using OxyPlot.Series;

namespace WCoRD.MLNet;

/// <summary>What all pictures share: colours, axes, the legend and the way to SVG.</summary>
internal static class Plot
{
    // Told apart by colour (Okabe and Ito's, for all eyes), and where there are more lines than colours, by style too.
    private static readonly OxyColor[] Colors =
        [.. new[] { "#D55E00", "#0072B2", "#009E73", "#E69F00", "#CC79A7", "#56B4E9", "#000000" }.Select(OxyColor.Parse)];
    private static readonly LineStyle[] Styles = [LineStyle.Solid, LineStyle.Dash, LineStyle.Dot, LineStyle.DashDot];

    /// <summary>White where there is nothing, dark where there is much.</summary>
    public static OxyPalette Heat { get; } = OxyPalette.Interpolate(
        256, OxyColors.White, OxyColor.Parse("#9ECAE1"), OxyColor.Parse("#2171B5"), OxyColor.Parse("#08306B"));

    /// <summary>Blanks beside a name, which leave room for viewers whose font is wider than the one that is measured.</summary>
    public static string Room(string name) => new('\u00A0', (name.Length + 1) / 2);

    public static OxyColor Color(int i) => Colors[i % Colors.Length];

    public static PlotModel Create(string title)
    {
        var model = new PlotModel
        {
            Title = title,
            Culture = CultureInfo.InvariantCulture,
            TitleFontSize = 15,
            Background = OxyColors.White,
            PlotAreaBorderColor = OxyColors.LightGray,
        };
        model.Legends.Add(new Legend
        {
            LegendPlacement = LegendPlacement.Outside,
            LegendPosition = LegendPosition.RightTop,
            LegendPadding = 20,
            LegendLineSpacing = 6,
        });
        return model;
    }

    /// <summary>An axis of whole numbers.</summary>
    public static LinearAxis Counted(string title) =>
        new() { Position = AxisPosition.Bottom, Title = title, MinimumMajorStep = 1, MinimumMinorStep = 1, AxisTitleDistance = 8 };

    public static Axis Grid(Axis axis)
    {
        axis.MajorGridlineStyle = LineStyle.Solid;
        axis.MajorGridlineColor = OxyColors.LightGray;
        axis.AxisTitleDistance = 12;
        return axis;
    }

    /// <summary>An axis of names.</summary>
    public static CategoryAxis Names(AxisPosition position, IReadOnlyList<string> names) => new()
    {
        Position = position,
        ItemsSource = names.Select(name => Room(name) + name).ToArray(),
        Angle = position == AxisPosition.Bottom ? -90 : 0,
        GapWidth = 0.2,
    };

    public static LineSeries Line(string name, int i, IReadOnlyList<double> values)
    {
        var line = new LineSeries
        {
            Title = name + Room(name),
            Color = Color(i),
            LineStyle = Styles[i / Colors.Length % Styles.Length],
            StrokeThickness = 1.6,
        };
        line.Points.AddRange(values.Select((value, x) => new DataPoint(x + 1, value)));
        return line;
    }

    public static string ToSvg(PlotModel model, double width, double height)
    {
        var exporter = new SvgExporter { Width = width, Height = height, IsDocument = false, UseVerticalTextAlignmentWorkaround = true };
        string svg = exporter.ExportToString(model);
        string box = Invariant($"<svg viewBox=\"0 0 {width} {height}\" style=\"max-width:100%;height:auto\" ");
        return svg
            .Replace("<svg ", box, StringComparison.Ordinal)
            // OxyPlot's own font is Windows'.
            .Replace("font-family=\"Segoe UI\"", "font-family=\"Segoe UI, Helvetica, Arial, sans-serif\"", StringComparison.Ordinal)
            // Cells of a heat map have edges.
            .Replace("<image ", "<image style=\"image-rendering:pixelated\" ", StringComparison.Ordinal);
    }
}
