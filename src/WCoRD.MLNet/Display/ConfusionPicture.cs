using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Series;

namespace WCoRD.MLNet;

/// <summary>A confusion matrix: the share of each class's rows that is taken for each class.</summary>
internal static class ConfusionPicture
{
    // More names than these overlap.
    private const int NamesShown = 30;

    public static Picture Of(Evaluation evaluation)
    {
        int classes = evaluation.ClassNames.Count;
        PlotModel model = Plot.Create("Confusion: what each class (row) is taken for (column), %");
        model.Axes.Add(new LinearColorAxis { Position = AxisPosition.Right, Palette = Plot.Heat, Minimum = 0, Maximum = 100 });
        bool named = classes <= NamesShown;
        model.Axes.Add(named ? Plot.Names(AxisPosition.Bottom, evaluation.ClassNames) : Plot.Counted("taken for class number"));
        Axis left = named ? Plot.Names(AxisPosition.Left, evaluation.ClassNames)
            : new LinearAxis { Position = AxisPosition.Left, Title = "class number", AxisTitleDistance = 12 };
        (left.StartPosition, left.EndPosition) = (1, 0);
        model.Axes.Add(left);
        var shares = new double[classes, classes];
        for (int i = 0; i < classes; i++)
        {
            long rows = Math.Max(1, evaluation.ConfusionMatrix[i].Sum());
            for (int j = 0; j < classes; j++)
            {
                shares[j, i] = 100.0 * evaluation.ConfusionMatrix[i][j] / rows;
            }
        }

        // Category axes count from 0, keys from 1.
        double first = named ? 0 : 1;
        model.Series.Add(new HeatMapSeries
        {
            X0 = first,
            X1 = first + classes - 1,
            Y0 = first,
            Y1 = first + classes - 1,
            Data = shares,
            Interpolate = false,
            RenderMethod = HeatMapRenderMethod.Bitmap,
        });
        return new Picture(model, 720, 660);
    }
}
