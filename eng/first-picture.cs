// Draws the README's picture from what was measured:
//   dotnet run eng/first-picture.cs results/photographs.md docs/photographs.svg
#:package OxyPlot.Core@2.2.0
#:property PublishAot=false

using System.Globalization;
using OxyPlot;
using OxyPlot.Annotations;
using OxyPlot.Axes;
using OxyPlot.Series;

// | name-seed | top-1 % | MB | ms (least to most) |
var measured = File.ReadLines(args[0]).Where(line => line.StartsWith("| ", StringComparison.Ordinal))
    .Select(line => line.Split('|', StringSplitOptions.TrimEntries)).Where(cells => double.TryParse(cells[2], CultureInfo.InvariantCulture, out _))
    .Select(cells => (Way: cells[1].Split('-')[0], Accuracy: Number(cells[2]), Megabytes: Number(cells[3]), Milliseconds: Number(cells[4].Split(' ')[0])))
    .GroupBy(run => run.Way).ToArray();
(string Way, string Name, OxyColor Color)[] shown =
[
    ("usual", "the usual way, ResNet18's features", OxyColor.FromRgb(0x8a, 0x8f, 0x98)),
    ("alone", "a resnet14 alone", OxyColor.FromRgb(0xd9, 0x7b, 0x29)),
    ("taught", "the same resnet14, taught", OxyColor.FromRgb(0x1f, 0x6f, 0xb5)),
];

var model = new PlotModel { Background = OxyColors.White, DefaultFont = "Segoe UI, Helvetica, Arial, sans-serif", PlotAreaBorderThickness = new OxyThickness(1, 0, 0, 1) };
model.Axes.Add(new LogarithmicAxis { Position = AxisPosition.Bottom, Minimum = 0.8, Maximum = 100, Title = "milliseconds a photograph, on 2 cores", AxisTitleDistance = 8, MajorGridlineStyle = LineStyle.Dot });
model.Axes.Add(new LinearAxis { Position = AxisPosition.Left, Minimum = 84, Maximum = 96, Title = "right of 100 test photographs", AxisTitleDistance = 14, MajorGridlineStyle = LineStyle.Dot });
foreach ((string way, string name, OxyColor color) in shown)
{
    var runs = measured.Single(group => group.Key == way).ToArray();
    double accuracy = runs.Average(run => run.Accuracy), megabytes = runs.Average(run => run.Megabytes), milliseconds = runs.Average(run => run.Milliseconds);
    // The area of a disc is the model's size.
    var discs = new ScatterSeries { MarkerType = MarkerType.Circle, MarkerFill = OxyColor.FromAColor(170, color) };
    discs.Points.Add(new ScatterPoint(milliseconds, accuracy, Math.Max(4, 5 * Math.Sqrt(megabytes))));
    model.Series.Add(discs);
    // All seeds, as small points.
    var seeds = new ScatterSeries { MarkerType = MarkerType.Circle, MarkerFill = color, MarkerSize = 2 };
    seeds.Points.AddRange(runs.Select(run => new ScatterPoint(run.Milliseconds, run.Accuracy)));
    model.Series.Add(seeds);
    bool isRight = milliseconds > 10, isAbove = way == "taught";
    model.Annotations.Add(new TextAnnotation
    {
        Text = FormattableString.Invariant($"{name}: {accuracy:F1} %, {megabytes:0.#} MB, {milliseconds:F1} ms"),
        TextPosition = new DataPoint(isRight ? milliseconds / 1.9 : milliseconds * 1.45, isRight ? accuracy - 0.2 : isAbove ? accuracy + 0.3 : accuracy - 0.9),
        TextHorizontalAlignment = isRight ? HorizontalAlignment.Right : HorizontalAlignment.Left,
        StrokeThickness = 0,
        TextColor = OxyColor.FromRgb(0x22, 0x26, 0x2b),
    });
}

using FileStream file = File.Create(args[1]);
new SvgExporter { Width = 760, Height = 340, UseVerticalTextAlignmentWorkaround = true }.Export(model, file);

static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
