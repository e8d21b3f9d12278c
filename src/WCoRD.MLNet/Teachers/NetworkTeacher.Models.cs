using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace WCoRD.MLNet;

/// <content>To ML.NET models, and to rows.</content>
public sealed partial class NetworkTeacher
{
    private const string Score = "Score";
    private const string PredictedLabel = "PredictedLabel";

    /// <summary>Makes the teacher a model that scores rows, for example to evaluate it.</summary>
    /// <param name="mlContext">The environment.</param>
    /// <param name="schema">A schema with the image column and the label column, whose key values name the classes.</param>
    /// <param name="inputColumnName">The image column.</param>
    /// <param name="labelColumnName">The label column, a key.</param>
    /// <param name="featuresColumnName">The column of penultimate features to add, beside <c>PredictedLabel</c> and <c>Score</c>; null:
    /// none.</param>
    /// <returns>A model that owns a copy of the weights.</returns>
    /// <exception cref="ArgumentException">A column is absent, of the wrong type, or does not fit the teacher (its classes are others,
    /// say), or would be hidden by an added one. The same classes in another order are found again.</exception>
    /// <exception cref="ObjectDisposedException">The teacher was disposed.</exception>
    /// <exception cref="InvalidOperationException">The network is not in <see cref="NetworkCatalog"/>, as TorchScript is not.</exception>
    public NetworkTransformer ToTransformer(
        MLContext mlContext,
        DataViewSchema schema,
        string inputColumnName = "Pixels",
        string labelColumnName = "Label",
        string? featuresColumnName = null)
    {
        ArgumentNullException.ThrowIfNull(mlContext);
        ArgumentNullException.ThrowIfNull(schema);
        CheckUsable();
        CheckNames(inputColumnName, labelColumnName, featuresColumnName);
        CheckInCatalog("become a model, which is saved by its name: distil it into a network that is");
        ImageColumn image = ImageColumn.Find(
            schema,
            nameof(inputColumnName),
            inputColumnName,
            Height is { } height && Width is { } width ? [InputChannels, height, width] : null,
            "the teacher's own size");
        LabelColumn label = LabelColumn.Find(schema, labelColumnName);
        CheckFits(image);
        int[]? order = OrderFor(label);
        _ = ShapesFor(image);
        var description = new ModelDescription(
            NetworkName,
            image.Channels,
            image.Height,
            image.Width,
            Classes,
            label.Values,
            _normalization,
            inputColumnName,
            Score,
            PredictedLabel,
            featuresColumnName,
            128);
        return new NetworkTransformer(
            ((IHostEnvironment)mlContext).Register(nameof(NetworkTeacher)), description, WeightsFor(order), history: null);
    }

    private static void CheckNames(string input, string label, string? features)
    {
        (string Option, string? Name)[] own =
        [
            (nameof(input) + "ColumnName", input),
            (nameof(label) + "ColumnName", label),
            (nameof(features) + "ColumnName", features),
        ];
        if (own.FirstOrDefault(column => column.Name is Score or PredictedLabel) is { Name: { } taken } column)
        {
            throw new ArgumentException($"{column.Option} is '{taken}', the name of a column that the model adds: expected another. "
                + "Copy the column to another name by CopyColumns.");
        }

        if (features is not null && (features == input || features == label))
        {
            throw new ArgumentException(
                $"featuresColumnName is '{features}': expected another name than that of a column read, which it would hide.");
        }
    }

    internal override void Check(StudentTrainingOptions options)
    {
    }

    internal override void Check(StudentTrainingOptions options, SchemaShape shape) => TeacherInput.Check(options, shape);

    internal override BoundTeacher Bind(StudentTrainingOptions options, DataViewSchema schema, ImageColumn image, LabelColumn? label) =>
        new BoundNetworkTeacher(
            this,
            options,
            TeacherInput.Find(options, schema, image, CheckFits),
            TaughtClasses.Of(Classes, ClassNames, InMessages, label));

    /// <summary>The shapes of what the teacher makes of a column's images.</summary>
    internal OutputShapes ShapesFor(ImageColumn image) => _network.ShapesFor(image.Height, image.Width);

    /// <exception cref="ArgumentException">The teacher reads other images.</exception>
    internal void CheckFits(ImageColumn image)
    {
        if (InputChannels != image.Channels || (Height ?? image.Height) != image.Height || (Width ?? image.Width) != image.Width)
        {
            throw new ArgumentException(
                Invariant($"The teacher ({NetworkName}) reads images of {InputChannels} x ")
                    + Invariant($"{Height?.ToString(CultureInfo.InvariantCulture) ?? "any"} ")
                    + Invariant($"x {Width?.ToString(CultureInfo.InvariantCulture) ?? "any"}, ")
                    + Invariant($"but column '{image.Column.Name}' holds ")
                    + Invariant($"{image.Channels} x {image.Height} x {image.Width} (channels x height x width). ")
                    + "Give a teacher trained on such images, or name the column it reads in TeacherInputColumnName.");
        }
    }

    /// <summary>Where each class of a label stands in the teacher's scores; null: at the place of its key.</summary>
    /// <exception cref="ArgumentException">The teacher knows other classes.</exception>
    private int[]? OrderFor(LabelColumn label)
    {
        TaughtClasses classes = TaughtClasses.Of(Classes, ClassNames, InMessages, label);
        return classes.Difference is { } difference
            ? throw new ArgumentException($"{difference} Give rows of the teacher's classes, or name the classes alike.")
            : classes.Order;
    }

    private string InMessages => $"the teacher ({NetworkName})";

    // A model's scores are in the order of the label's keys, by which ML.NET evaluates them: so are the rows of its classifier.
    private byte[] WeightsFor(int[]? order)
    {
        if (order is null)
        {
            return NetworkWeights.Save(_network);
        }

        using FeatureNetwork copy = _network.Copy();
        NetworkWeights.OrderClasses(copy, order);
        return NetworkWeights.Save(copy);
    }
}
