using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace WCoRD.MLNet;

/// <summary>How right a model is, altogether and class by class.</summary>
[TypeFormatterSource(typeof(HtmlFormatterSource), PreferredMimeTypes = [HtmlFormatterSource.MimeType])]
public sealed class Evaluation : IHtmlDisplay
{
    private const int Top = 5;
    private const int ClassesShown = 3;

    internal Evaluation(IReadOnlyList<string> classNames, IReadOnlyList<IReadOnlyList<long>> confusionMatrix, double? topFiveAccuracy) =>
        (ClassNames, ConfusionMatrix, TopFiveAccuracy) = (classNames, confusionMatrix, topFiveAccuracy);

    /// <summary>The names of the classes; their numbers where they have none.</summary>
    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>The number of rows of class i taken for class j.</summary>
    public IReadOnlyList<IReadOnlyList<long>> ConfusionMatrix { get; }

    /// <summary>The number of rows.</summary>
    public long Count => ConfusionMatrix.Sum(row => row.Sum());

    /// <summary>The share of rows classified rightly, in [0, 1].</summary>
    public double Accuracy => Count == 0 ? double.NaN : (double)ConfusionMatrix.Select((row, i) => row[i]).Sum() / Count;

    /// <summary>
    /// The share of rows whose class is among the five highest scores, in [0, 1]; null where there are no more classes, and of groups.
    /// </summary>
    public double? TopFiveAccuracy { get; }

    /// <summary>The share of each class's rows classified rightly, in [0, 1]; NaN for a class without rows.</summary>
    public IReadOnlyList<double> ClassAccuracies =>
        [.. ConfusionMatrix.Select((row, i) => row.Sum() is > 0 and var rows ? (double)row[i] / rows : double.NaN)];

    /// <summary>The confusion matrix as a heat map of shares.</summary>
    public Picture Picture => ConfusionPicture.Of(this);

    /// <summary>
    /// Evaluates scored rows by ML.NET's own metrics. Where label and scores name the same classes in another order, they are compared by
    /// name.
    /// </summary>
    /// <param name="mlContext">The context.</param>
    /// <param name="scored">The rows, with label, scores and predicted label.</param>
    /// <param name="labelColumnName">The label: a key.</param>
    /// <param name="scoreColumnName">The scores.</param>
    /// <param name="predictedLabelColumnName">The predicted label: a key.</param>
    /// <returns>The evaluation.</returns>
    /// <exception cref="ArgumentException">The label column is absent or no key, or the scores name other classes.</exception>
    public static Evaluation Of(
        MLContext mlContext,
        IDataView scored,
        string labelColumnName = "Label",
        string scoreColumnName = "Score",
        string predictedLabelColumnName = "PredictedLabel")
    {
        ArgumentNullException.ThrowIfNull(mlContext);
        ArgumentNullException.ThrowIfNull(scored);
        LabelColumn label = LabelColumn.Find(scored.Schema, labelColumnName);
        IDataView aligned = AlignedLabels.Of(mlContext, scored, label, scoreColumnName, out int[]? order);
        MulticlassClassificationMetrics metrics = mlContext.MulticlassClassification.Evaluate(
            aligned, labelColumnName, scoreColumnName, predictedLabelColumnName, topKPredictionCount: Math.Min(Top, label.Classes));
        return new Evaluation(
            label.ClassNames ?? [.. Enumerable.Range(1, label.Classes).Select(key => key.ToString(CultureInfo.InvariantCulture))],
            [.. InOrder(metrics.ConfusionMatrix.Counts).Select(row => InOrder(row).Select(count => (long)Math.Round(count)).ToArray())],
            label.Classes > Top ? metrics.TopKAccuracy : null);

        // Back into the order of the label.
        IEnumerable<T> InOrder<T>(IReadOnlyList<T> classes) => order?.Select(place => classes[place]) ?? classes;
    }

    /// <summary>The same rows by groups of classes, as CIFAR-100's coarse labels: right is what stays in its group.</summary>
    /// <param name="data">Rows with the class and the group of each.</param>
    /// <param name="groupColumnName">The group: a key.</param>
    /// <param name="labelColumnName">The class: a key.</param>
    /// <returns>The evaluation of groups.</returns>
    /// <exception cref="ArgumentException">A column is absent or no key, or a class has no group.</exception>
    public Evaluation Grouped(IDataView data, string groupColumnName = "CoarseLabel", string labelColumnName = "Label")
    {
        ArgumentNullException.ThrowIfNull(data);
        LabelColumn label = LabelColumn.Find(data.Schema, labelColumnName), group = LabelColumn.Find(data.Schema, groupColumnName);
        var groupOf = new uint[ClassNames.Count];
        foreach ((uint key, uint of) in KeyGetters.Read(data, label.Column)
            .Zip(KeyGetters.Read(data, group.Column))
            .Where(pair => pair.First > 0 && pair.First <= groupOf.Length))
        {
            groupOf[key - 1] = of;
        }

        if (Array.IndexOf(groupOf, 0u) is >= 0 and var missing)
        {
            throw new ArgumentException($"No row of class '{ClassNames[missing]}' has a '{groupColumnName}': "
                + "expected one for every class. Give rows of all classes.");
        }

        var counts = Enumerable.Range(0, group.Classes).Select(_ => new long[group.Classes]).ToArray();
        for (int i = 0; i < groupOf.Length; i++)
        {
            for (int j = 0; j < groupOf.Length; j++)
            {
                counts[groupOf[i] - 1][groupOf[j] - 1] += ConfusionMatrix[i][j];
            }
        }

        return new Evaluation(
            group.ClassNames ?? [.. Enumerable.Range(1, group.Classes).Select(key => key.ToString(CultureInfo.InvariantCulture))],
            counts,
            null);
    }

    /// <summary>What each class gains over another model's evaluation, in points.</summary>
    /// <param name="baseline">The evaluation to compare with, of the same classes: the student alone, say.</param>
    /// <returns>A picture; of many classes, those that gain and lose most.</returns>
    /// <exception cref="ArgumentException">The classes are others.</exception>
    public Picture GainOver(Evaluation baseline)
    {
        ArgumentNullException.ThrowIfNull(baseline);
        return ClassNames.SequenceEqual(baseline.ClassNames)
            ? GainPicture.Of(this, baseline)
            : throw new ArgumentException(
                $"baseline has {Named(baseline)}, this has {Named(this)}: expected the same. Evaluate both on the same rows.");

        static string Named(Evaluation of) =>
            Invariant($"{of.ClassNames.Count} classes ({string.Join(", ", of.ClassNames.Take(ClassesShown))}, ...)");
    }

    /// <summary>The numbers over the picture.</summary>
    /// <returns>HTML.</returns>
    public string ToHtml() => $"<p>{Html.Encode(ToString())}</p>{Picture.ToHtml()}";

    /// <summary>The numbers in a sentence, with the classes known best and least.</summary>
    /// <returns>Text.</returns>
    public override string ToString()
    {
        string five = TopFiveAccuracy is { } share ? Invariant($", top-5 {share:P2}") : "";
        (string Name, double Accuracy)[] known =
        [
            .. ClassNames.Zip(ClassAccuracies)
                .Where(pair => !double.IsNaN(pair.Second))
                .OrderByDescending(pair => pair.Second),
        ];
        string classes = known.Length <= ClassesShown ? ""
            : $"; best {Names(known.Take(ClassesShown))}; least {Names(known.Reverse().Take(ClassesShown))}";
        return Invariant($"top-1 {Accuracy:P2}{five} of {Count} rows{classes}");

        static string Names(IEnumerable<(string Name, double Accuracy)> some) =>
            string.Join(", ", some.Select(pair => Invariant($"{pair.Name} {pair.Accuracy:P0}")));
    }
}
