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
    private static readonly LineStyle[] Styles = [LineStyle.Solid, LineStyle.Dash, LineStyle.Dot];

    public static void Save(IEnumerable<RunResult> results, string path)
    {
        var model = new PlotModel { Title = "Accuracy on the test rows", Background = OxyColors.White };
        model.Axes.Add(new LinearAxis { Position = AxisPosition.Bottom, Title = "epoch", MinimumPadding = 0.01 });
        model.Axes.Add(new LinearAxis { Position = AxisPosition.Left, Title = "top-1 %", MajorGridlineStyle = LineStyle.Solid, MajorGridlineColor = OxyColors.LightGray });
        model.Legends.Add(new Legend { LegendPlacement = LegendPlacement.Outside, LegendPosition = LegendPosition.RightTop });
        RunResult[][] lines = [.. results.GroupBy(result => (result.Pair, result.Method)).Select(group => group.ToArray()).OrderByDescending(runs => runs.Average(run => run.Last))];
        bool onePair = lines.Select(runs => runs[0].Pair).Distinct().Count() == 1;
        OxyColor[] colors = [.. OxyPalettes.Hue(Math.Max(2, (lines.Length + Styles.Length - 1) / Styles.Length) + 1).Colors];
        foreach ((int i, RunResult[] runs) in lines.Index())
        {
            var line = new LineSeries
            {
                Title = onePair ? runs[0].Method : $"{runs[0].Pair} {runs[0].Method}",
                Color = colors[i / Styles.Length],
                LineStyle = Styles[i % Styles.Length],
                StrokeThickness = 1.6,
            };
            for (int epoch = 0; epoch < runs.Min(run => run.Accuracy.Length); epoch++)
            {
                line.Points.Add(new DataPoint(epoch + 1, runs.Average(run => run.Accuracy[epoch])));
            }

            model.Series.Add(line);
        }

        using FileStream file = File.Create(path);
        new SvgExporter { Width = Width, Height = Height }.Export(model, file);
    }
}
