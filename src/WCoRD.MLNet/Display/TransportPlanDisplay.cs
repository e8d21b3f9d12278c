using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Series;

namespace WCoRD.MLNet;

/// <summary>Shows a <see cref="TransportPlan"/> as a picture, and in a notebook.</summary>
public static class TransportPlanDisplay
{
    /// <param name="plan">The plan.</param>
    extension(TransportPlan plan)
    {
        /// <summary>The plan as a heat map: where each of the teacher's examples goes.</summary>
        public Picture Picture
        {
            get
            {
                PlotModel model = Plot.Create("Transport of the teacher's examples (rows) onto the student's (columns)");
                (int rows, int columns) = (plan.Mass.Count, plan.Mass[0].Count);
                model.Axes.Add(new LinearColorAxis { Position = AxisPosition.Right, Palette = Plot.Heat, Minimum = 0, Maximum = 1 });
                if (plan.ExampleClasses is not { } classes)
                {
                    model.Axes.Add(Plot.Counted("student's example"));
                    model.Axes.Add(new LinearAxis
                    {
                        Position = AxisPosition.Left,
                        Title = "teacher's example",
                        StartPosition = 1,
                        EndPosition = 0,
                        MinimumMajorStep = 1,
                        AxisTitleDistance = 12,
                    });
                }
                else
                {
                    // One name for each run of examples of a class.
                    string[] names = [.. classes.Select((name, i) => i > 0 && classes[i - 1] == name ? "" : name)];
                    model.Axes.Add(Plot.Names(AxisPosition.Bottom, names));
                    CategoryAxis left = Plot.Names(AxisPosition.Left, names);
                    (left.StartPosition, left.EndPosition) = (1, 0);
                    model.Axes.Add(left);
                }

                var data = new double[columns, rows];
                for (int i = 0; i < rows; i++)
                {
                    for (int j = 0; j < columns; j++)
                    {
                        data[j, i] = plan.Mass[i][j] * rows;
                    }
                }

                model.Series.Add(new HeatMapSeries
                {
                    X0 = 0,
                    X1 = columns - 1,
                    Y0 = 0,
                    Y1 = rows - 1,
                    Data = data,
                    Interpolate = false,
                    RenderMethod = HeatMapRenderMethod.Bitmap,
                });
                return new Picture(model, 640, 600);
            }
        }

        /// <summary>The picture with the numbers under it.</summary>
        /// <returns>HTML.</returns>
        public string ToHtml() => $"{plan.Picture.ToHtml()}<p>{Html.Encode(plan.ToString())}</p>";
    }
}
