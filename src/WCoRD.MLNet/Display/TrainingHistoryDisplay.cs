using OxyPlot;
using OxyPlot.Axes;

namespace WCoRD.MLNet;

/// <summary>Shows a <see cref="TrainingHistory"/> as a picture, and in a notebook.</summary>
public static class TrainingHistoryDisplay
{
    /// <param name="history">The course of a training.</param>
    extension(TrainingHistory history)
    {
        /// <summary>The parts of the loss, and accuracy where classes are learned, over the epochs.</summary>
        public Picture Picture
        {
            get
            {
                bool learnsClasses = history.Epochs.Any(epoch => epoch.Accuracy is not null);
                PlotModel model = Plot.Create("Training");
                model.Axes.Add(Plot.Counted("epoch"));
                // Parts differ by powers of ten.
                model.Axes.Add(Plot.Grid(new LogarithmicAxis
                {
                    Position = AxisPosition.Left,
                    Key = "loss",
                    Title = "loss parts",
                    StartPosition = learnsClasses ? 0.53 : 0,
                    EndPosition = 1,
                }));
                int colour = 0;
                foreach (string part in history.PartNames())
                {
                    Add(part, "loss", [.. history.Epochs.Select(epoch =>
                        epoch.Parts.TryGetValue(part, out double value) && value > 0 ? value : double.NaN)]);
                }

                if (learnsClasses)
                {
                    model.Axes.Add(Plot.Grid(new LinearAxis
                    {
                        Position = AxisPosition.Left,
                        Key = "accuracy",
                        Title = "accuracy %",
                        StartPosition = 0,
                        EndPosition = 0.47,
                        Minimum = 0,
                    }));
                    Add("accuracy", "accuracy", [.. history.Epochs.Select(epoch => 100 * epoch.Accuracy ?? double.NaN)]);
                    if (history.Epochs.Any(epoch => epoch.ValidationAccuracy is not null))
                    {
                        Add("validation", "accuracy", [.. history.Epochs.Select(epoch => 100 * epoch.ValidationAccuracy ?? double.NaN)]);
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
        public string ToHtml() => history.Epochs.Count == 0
            ? $"<p>{Html.Encode(history.ToString())}</p>"
            : history.Picture.ToHtml()
                + Html.Details(
                    Invariant($"{history.Epochs.Count} epochs, seed {history.Seed}"),
                    Html.Table(history.Header(), history.Epochs.Select(history.Row)));
    }
}
