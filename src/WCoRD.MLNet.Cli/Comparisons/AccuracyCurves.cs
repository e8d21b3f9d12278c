using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Legends;
using OxyPlot.Series;

namespace WCoRD.MLNet.Cli.Comparisons;

/// <summary>The picture of a comparison: test accuracy after every epoch, the mean over seeds, a line for each method.</summary>
internal static class AccuracyCurves
{
    private const double Width = 900;
    private const double Height = 560;

    // Lines are told apart by colour (Okabe and Ito's, for all eyes), and where there are more of them than colours, by style too.
    private static readonly OxyColor[] Colors = [.. new[] { "#D55E00", "#0072B2", "#009E73", "#E69F00", "#CC79A7", "#56B4E9", "#000000" }.Select(OxyColor.Parse)];
    private static readonly LineStyle[] Styles = [LineStyle.Solid, LineStyle.Dash, LineStyle.Dot, LineStyle.DashDot];

    public static void Save(IEnumerable<RunResult> results, string path)
    {
        var model = new PlotModel { Title = "Accuracy on the test rows", Background = OxyColors.White };
        model.Axes.Add(new LinearAxis { Position = AxisPosition.Bottom, Title = "epoch", MinimumMajorStep = 1, MinimumMinorStep = 1 });
        model.Axes.Add(new LinearAxis { Position = AxisPosition.Left, Title = "top-1 %", AxisTitleDistance = 12, MajorGridlineStyle = LineStyle.Solid, MajorGridlineColor = OxyColors.LightGray });
        model.Legends.Add(new Legend { LegendPlacement = LegendPlacement.Outside, LegendPosition = LegendPosition.RightTop, LegendPadding = 20 });
        RunResult[][] lines = [.. results.GroupBy(result => (result.Pair, result.Method)).Select(group => group.ToArray()).OrderByDescending(runs => runs.Average(run => run.Last))];
        bool onePair = lines.Select(runs => runs[0].Pair).Distinct().Count() == 1;
        foreach ((int i, RunResult[] runs) in lines.Index())
        {
            var line = new LineSeries
            {
                // Blanks leave room for viewers whose font is wider than the one that is measured.
                Title = (onePair ? runs[0].Method : $"{runs[0].Pair} {runs[0].Method}") + new string('\u00A0', 4),
                Color = Colors[i % Colors.Length],
                LineStyle = Styles[i / Colors.Length % Styles.Length],
                StrokeThickness = 1.6,
            };
            for (int epoch = 0; epoch < runs.Min(run => run.Accuracy.Length); epoch++)
            {
                line.Points.Add(new DataPoint(epoch + 1, runs.Average(run => run.Accuracy[epoch])));
            }

            model.Series.Add(line);
        }

        using FileStream file = File.Create(path);
        new SvgExporter { Width = Width, Height = Height, UseVerticalTextAlignmentWorkaround = true }.Export(model, file);
    }
}
