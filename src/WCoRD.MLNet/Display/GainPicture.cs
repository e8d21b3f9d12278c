using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Series;

namespace WCoRD.MLNet;

/// <summary>Bars: how much more of each class one model knows than another.</summary>
internal static class GainPicture
{
    private const int BarsShown = 20;

    public static Picture Of(Evaluation evaluation, Evaluation baseline)
    {
        (string Name, double Gain)[] gains =
        [
            .. evaluation.ClassNames.Zip(evaluation.ClassAccuracies, baseline.ClassAccuracies)
                .Select(of => (of.First, 100 * (of.Second - of.Third)))
                .Where(of => !double.IsNaN(of.Item2))
                .OrderBy(of => of.Item2),
        ];
        string which = "";
        if (gains.Length > BarsShown)
        {
            gains = [.. gains.Take(BarsShown / 2), .. gains.TakeLast(BarsShown / 2)];
            which = Invariant($", the {BarsShown / 2} most and the {BarsShown / 2} least");
        }

        PlotModel model = Plot.Create($"Gain of each class in points{which}");
        model.Axes.Add(Plot.Names(AxisPosition.Left, [.. gains.Select(of => of.Name)]));
        Axis points = Plot.Grid(new LinearAxis
        {
            Position = AxisPosition.Bottom,
            Title = "points of accuracy",
            ExtraGridlines = [0],
            ExtraGridlineColor = OxyColors.Black,
        });
        model.Axes.Add(points);
        var bars = new BarSeries { FillColor = Plot.Color(1), NegativeFillColor = Plot.Color(0) };
        bars.Items.AddRange(gains.Select(of => new BarItem(of.Gain)));
        model.Series.Add(bars);
        return new Picture(model, 640, 120 + (22 * gains.Length));
    }
}
