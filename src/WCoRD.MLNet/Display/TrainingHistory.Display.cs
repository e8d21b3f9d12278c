using OxyPlot;
using OxyPlot.Axes;

namespace WCoRD.MLNet;

[TypeFormatterSource(typeof(HtmlFormatterSource), PreferredMimeTypes = [HtmlFormatterSource.MimeType])]
public sealed partial record TrainingHistory : IHtmlDisplay
{
    private const int EpochsShown = 20;

    /// <summary>The parts of the loss, and accuracy where classes are learned, over the epochs.</summary>
    public Picture Picture
    {
        get
        {
            bool learnsClasses = Epochs.Any(epoch => epoch.Accuracy is not null);
            PlotModel model = Plot.Create("Training");
            model.Axes.Add(Plot.Counted("epoch"));
            // Parts differ by powers of ten.
            model.Axes.Add(Plot.Grid(new LogarithmicAxis { Position = AxisPosition.Left, Key = "loss", Title = "loss parts", StartPosition = learnsClasses ? 0.53 : 0, EndPosition = 1 }));
            int colour = 0;
            foreach (string part in PartNames())
            {
                Add(part, "loss", [.. Epochs.Select(epoch => epoch.Parts.TryGetValue(part, out double value) && value > 0 ? value : double.NaN)]);
            }

            if (learnsClasses)
            {
                model.Axes.Add(Plot.Grid(new LinearAxis { Position = AxisPosition.Left, Key = "accuracy", Title = "accuracy %", StartPosition = 0, EndPosition = 0.47, Minimum = 0 }));
                Add("accuracy", "accuracy", [.. Epochs.Select(epoch => 100 * epoch.Accuracy ?? double.NaN)]);
                if (Epochs.Any(epoch => epoch.ValidationAccuracy is not null))
                {
                    Add("validation", "accuracy", [.. Epochs.Select(epoch => 100 * epoch.ValidationAccuracy ?? double.NaN)]);
                }
            }

            return new Picture(model, 760, learnsClasses ? 560 : 380);

            void Add(string name, string axis, double[] values)
            {
                var line = Plot.Line(name, colour++, values);
                line.YAxisKey = axis;
                model.Series.Add(line);
            }
        }
    }

    /// <summary>The picture, with the epochs in a table under it.</summary>
    /// <returns>HTML.</returns>
    public string ToHtml() => Epochs.Count == 0
        ? $"<p>{Html.Encode(ToString())}</p>"
        : $"{Picture.ToHtml()}{Html.Details(Invariant($"{Epochs.Count} epochs, seed {Seed}"), Html.Table(Header(), Epochs.Select(Row)))}";

    /// <summary>The epochs as a table; of many, some.</summary>
    /// <returns>Text.</returns>
    public override string ToString()
    {
        if (Epochs.Count == 0)
        {
            return Invariant($"no epoch was trained (seed {Seed})");
        }

        int every = (Epochs.Count + EpochsShown - 1) / EpochsShown;
        return TextTable.Of(Header(), [.. Epochs.Where((_, i) => i % every == 0 || i == Epochs.Count - 1).Select(Row)]);
    }

    private string[] PartNames() => [.. Epochs.SelectMany(epoch => epoch.Parts.Keys).Distinct()];

    private string[] Header() => ["epoch", "rate", "loss", .. PartNames(), "accuracy %", "validation %", "s"];

    private string[] Row(EpochMetrics epoch) =>
    [
        Invariant($"{epoch.Epoch}"),
        Invariant($"{epoch.LearningRate:G4}"),
        Invariant($"{epoch.Loss:F3}"),
        .. PartNames().Select(part => epoch.Parts.TryGetValue(part, out double value) ? Invariant($"{value:F3}") : ""),
        Invariant($"{100 * epoch.Accuracy:F1}"),
        Invariant($"{100 * epoch.ValidationAccuracy:F1}"),
        Invariant($"{epoch.Seconds:F1}"),
    ];
}
