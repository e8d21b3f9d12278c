using Microsoft.ML;
using Microsoft.ML.Data;
using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Series;
using TorchSharp;
using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>Where a network puts examples: its features, seen in the plane of their two greatest variances.</summary>
/// <remarks>
/// The principal components of the features shown, so that two networks' planes are each other's in no way: compare what lies together, not
/// where.
/// </remarks>
[TypeFormatterSource(typeof(HtmlFormatterSource), PreferredMimeTypes = [HtmlFormatterSource.MimeType])]
public sealed class FeatureMap : IHtmlDisplay
{
    private const int ClassesShown = 7;
    private const int RowsShown = 1000;

    private readonly string _title;

    private FeatureMap(
        string title, IReadOnlyList<string> classNames, IReadOnlyList<(int Class, float X, float Y)> points, double explainedVariance) =>
        (_title, ClassNames, Points, ExplainedVariance) = (title, classNames, points, explainedVariance);

    /// <summary>The names of the classes shown.</summary>
    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>The class of each example, as its position in <see cref="ClassNames"/>, and its place in the plane.</summary>
    public IReadOnlyList<(int Class, float X, float Y)> Points { get; }

    /// <summary>The share of the features' variance that lies in the plane, in [0, 1].</summary>
    public double ExplainedVariance { get; }

    /// <summary>A dot for each example, coloured by class.</summary>
    public Picture Picture
    {
        get
        {
            PlotModel model = Plot.Create(_title);
            model.Axes.Add(Bare(AxisPosition.Bottom));
            model.Axes.Add(Bare(AxisPosition.Left));
            foreach ((int i, string name) in ClassNames.Index())
            {
                var dots = new ScatterSeries
                {
                    Title = name + Plot.Room(name),
                    MarkerType = MarkerType.Circle,
                    MarkerSize = 3,
                    MarkerFill = OxyColor.FromAColor(190, Plot.Color(i)),
                };
                dots.Points.AddRange(Points.Where(point => point.Class == i).Select(point => new ScatterPoint(point.X, point.Y)));
                model.Series.Add(dots);
            }

            return new Picture(model, 640, 480);

            static LinearAxis Bare(AxisPosition position) => new()
            {
                Position = position,
                TickStyle = TickStyle.None,
                LabelFormatter = _ => "",
                MaximumPadding = 0.05,
                MinimumPadding = 0.05,
            };
        }
    }

    /// <summary>Projects the features of rows.</summary>
    /// <param name="rows">Rows with features and label; the first 1000 of the first seven classes are taken.</param>
    /// <param name="featuresColumnName">The features: see <c>FeaturesColumnName</c> of the options.</param>
    /// <param name="labelColumnName">The label: a key.</param>
    /// <param name="title">The title of the picture.</param>
    /// <returns>The map.</returns>
    /// <exception cref="ArgumentException">A column is absent or of another type, or fewer than three rows have a class.</exception>
    public static FeatureMap Of(
        IDataView rows,
        string featuresColumnName = "Features",
        string labelColumnName = "Label",
        string title = "Features in the plane of their two greatest variances")
    {
        ArgumentNullException.ThrowIfNull(rows);
        LabelColumn label = LabelColumn.Find(rows.Schema, labelColumnName);
        VectorColumn features = VectorColumn.Find(rows.Schema, nameof(featuresColumnName), featuresColumnName);
        if (features.IsByte)
        {
            throw ColumnErrors.Type(
                nameof(featuresColumnName),
                featuresColumnName,
                features.Column.Type,
                "Vector<Single> of known size, as a model's features");
        }

        TorchRuntime.EnsureLoaded();
        int classes = Math.Min(label.Classes, ClassesShown);
        (uint Key, float[] Values)[] found =
        [
            .. Read(rows, label.Column, features).Where(row => row.Key > 0 && row.Key <= classes).Take(RowsShown),
        ];
        if (found.Length < 3)
        {
            throw new ArgumentException(
                Invariant($"{found.Length} row(s) are of the first {classes} classes of column '{labelColumnName}': ")
                    + "expected at least 3. Give more rows.");
        }

        using var scope = NewDisposeScope();
        Tensor values = tensor(found.SelectMany(row => row.Values).ToArray()).view(found.Length, features.Size);
        (Tensor u, Tensor s, _) = linalg.svd(values - values.mean([0L], keepdim: true), fullMatrices: false);
        float[] x = Axis(0), y = Axis(1);
        double variance = s.narrow(0, 0, Math.Min(2, s.shape[0])).square().sum().ToDouble()
            / Math.Max(s.square().sum().ToDouble(), double.Epsilon);
        return new FeatureMap(
            title,
            [.. Enumerable.Range(0, classes).Select(i => label.NameOf((uint)i + 1).Trim('\''))],
            [.. found.Select((row, i) => ((int)row.Key - 1, x[i], y[i]))],
            variance);

        float[] Axis(int i) => i < s.shape[0] ? (u.select(1, i) * s[i]).contiguous().data<float>().ToArray() : new float[found.Length];
    }

    /// <summary>The picture.</summary>
    /// <returns>HTML.</returns>
    public string ToHtml() => Picture.ToHtml();

    /// <summary>What is shown, in a sentence.</summary>
    /// <returns>Text.</returns>
    public override string ToString() =>
        Invariant($"{Points.Count} examples of {ClassNames.Count} classes ")
            + Invariant($"in a plane that holds {ExplainedVariance:P0} of their features' variance");

    private static IEnumerable<(uint Key, float[] Values)> Read(IDataView rows, DataViewSchema.Column label, VectorColumn features)
    {
        using DataViewRowCursor cursor = rows.GetRowCursor([label, features.Column]);
        ValueGetter<uint> getLabel = KeyGetters.Of(cursor, label);
        ValueGetter<VBuffer<float>> getFeatures = cursor.GetGetter<VBuffer<float>>(features.Column);
        VBuffer<float> values = default;
        uint key = 0;
        while (cursor.MoveNext())
        {
            getLabel(ref key);
            getFeatures(ref values);
            features.CheckLength(values.Length, cursor.Position);
            yield return (key, [.. values.DenseValues()]);
        }
    }
}
