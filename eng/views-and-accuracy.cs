// Writes the table of docs/performance.md's "Views and accuracy" from the runs of `wcord compare`, and draws its curve:
//   dotnet run eng/views-and-accuracy.cs results/stored-views docs/views-and-accuracy.svg
#:package OxyPlot.Core@2.2.0
#:property PublishAot=false

using System.Globalization;
using System.Text.Json;
using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Legends;
using OxyPlot.Series;

const string Live = "live";
(string Method, string Name, OxyColor Color)[] shown =
[
    ("kd", "KD", OxyColor.FromRgb(0xd9, 0x7b, 0x29)),
    ("wcord+kd", "WCoRD+KD", OxyColor.FromRgb(0x1f, 0x6f, 0xb5)),
];

// A folder for each number of views, K4 and so on, for the live teacher, and for negatives of each example's own; in it a file for each run.
var runs = Directory.EnumerateDirectories(args[0]).SelectMany(folder => Directory.EnumerateFiles(folder, "*.json"))
    .Select(path => (Views: Path.GetFileName(Path.GetDirectoryName(path))!, Run: JsonDocument.Parse(File.ReadAllText(path)).RootElement))
    .Select(run => (run.Views, Method: run.Run.GetProperty("Method").GetString()!, Seed: run.Run.GetProperty("Seed").GetInt32(), Last: run.Run.GetProperty("Last").GetDouble()))
    .ToArray();
int[] views = [.. runs.Where(run => run.Views[0] == 'K').Select(run => int.Parse(run.Views[1..], CultureInfo.InvariantCulture)).Distinct().Order()];
string[] columns = [.. views.Select(count => Text($"K{count}")), Live];
var model = new PlotModel { Background = OxyColors.White, DefaultFont = "Segoe UI, Helvetica, Arial, sans-serif", PlotAreaBorderThickness = new OxyThickness(1, 0, 0, 1) };
model.Axes.Add(new LogarithmicAxis { Position = AxisPosition.Bottom, Base = 2, Minimum = 0.9, Maximum = 36, Title = "views of each image, K; dashed: a live teacher", AxisTitleDistance = 8 });
model.Axes.Add(new LinearAxis { Position = AxisPosition.Left, Title = "top-1 %, last epoch", MinimumPadding = 0.05, MaximumPadding = 0.05, AxisTitleDistance = 22, MajorGridlineStyle = LineStyle.Dot });
model.Legends.Add(new Legend { LegendPlacement = LegendPlacement.Outside, LegendPosition = LegendPosition.RightTop, LegendPadding = 20, LegendLineSpacing = 6 });
Row("", NameOf);
Row("---", _ => "---");
List<string> enough = [];
foreach ((string method, string name, OxyColor color) in shown)
{
    Row(name, column => Cell(Of(column, method)));
    foreach (string other in (string[])[Live, columns[^2]])
    {
        Row($"less {NameOf(other)}, of pairs of runs", column => column == other ? "" : Cell(Less(Of(column, method), Of(other, method))));
        string least = columns.First(column => IsWithin(Less(Of(column, method), Of(other, method))));
        enough.Add($"* {name}: {NameOf(least)} is the first at most one standard error below {NameOf(other)}.");
    }

    var line = new LineSeries { Title = name, Color = color, MarkerType = MarkerType.Circle, MarkerFill = color };
    line.Points.AddRange(views.Select(count => new DataPoint(count, Of(Text($"K{count}"), method).Values.Average())));
    double live = Of(Live, method).Values.Average();
    var dashed = new LineSeries { Color = color, LineStyle = LineStyle.Dash, StrokeThickness = 1 };
    dashed.Points.AddRange([new DataPoint(views[0], live), new DataPoint(views[^1], live)]);
    var seeds = new ScatterSeries { MarkerType = MarkerType.Circle, MarkerFill = OxyColor.FromAColor(110, color), MarkerSize = 2 };
    seeds.Points.AddRange(views.SelectMany(count => Of(Text($"K{count}"), method).Values.Select(value => new ScatterPoint(count, value))));
    model.Series.Add(line);
    model.Series.Add(dashed);
    model.Series.Add(seeds);
}

Dictionary<int, double> own = Of("own", "wcord+kd"), shared = Of("K4", "wcord+kd");
Console.WriteLine();
enough.ForEach(Console.WriteLine);
Console.WriteLine($"* WCoRD+KD with K = 4: shared negatives {Cell(shared)}, each example its own {Cell(own)}, shared less own {Cell(Less(shared, own))}.");

using FileStream file = File.Create(args[1]);
new SvgExporter { Width = 760, Height = 340, UseVerticalTextAlignmentWorkaround = true }.Export(model, file);

void Row(string name, Func<string, string> cellOf) => Console.WriteLine($"| {name} | {string.Join(" | ", columns.Select(cellOf))} |");

static string NameOf(string column) => column == Live ? "live teacher" : $"K = {column[1..]}";

Dictionary<int, double> Of(string column, string method) =>
    runs.Where(run => run.Views == column && run.Method == method).ToDictionary(run => run.Seed, run => run.Last);

static Dictionary<int, double> Less(Dictionary<int, double> ones, Dictionary<int, double> others) =>
    ones.Keys.Intersect(others.Keys).ToDictionary(seed => seed, seed => ones[seed] - others[seed]);

static (double Mean, double Error) Mean(Dictionary<int, double> values)
{
    double mean = values.Values.Average(), squares = values.Values.Sum(value => (value - mean) * (value - mean));
    return (mean, Math.Sqrt(squares / (values.Count - 1) / values.Count));
}

static bool IsWithin(Dictionary<int, double> differences)
{
    (double mean, double error) = Mean(differences);
    return mean >= -error;
}

static string Cell(Dictionary<int, double> values)
{
    (double mean, double error) = Mean(values);
    return Text($"{mean:F2} ± {error:F2}");
}

static string Text(FormattableString text) => FormattableString.Invariant(text);
