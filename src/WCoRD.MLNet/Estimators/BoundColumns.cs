using Microsoft.ML;

namespace WCoRD.MLNet;

/// <summary>The columns that a training reads, and the teacher that knows them.</summary>
/// <param name="Image">The student's images.</param>
/// <param name="Label">The label; null: none is read.</param>
/// <param name="Teacher">The teacher; null: there is none.</param>
internal sealed record BoundColumns(ImageColumn Image, LabelColumn? Label, BoundTeacher? Teacher)
{
    /// <summary>What the training begins with; null: random weights.</summary>
    public InitialWeights? Initial { get; private init; }

    /// <summary>The classes of the trained network. One that learns features only keeps a classifier that nobody reads.</summary>
    public int Classes => Label?.Classes ?? Teacher?.Classes ?? 2;

    /// <summary>The columns of numbers, the student's first.</summary>
    public IReadOnlyList<VectorColumn> Numbers => [Image, .. Teacher?.Columns ?? []];

    /// <summary>Doubts whether the student's network and the teacher's are those meant for such images.</summary>
    public IEnumerable<string> Doubts(TrainingOptions options) =>
        new[] { NetworkCatalog.Doubt(options.NetworkName, Image.Height, Image.Width), Teacher?.Doubt }.OfType<string>().Distinct();

    /// <summary>Finds the columns, and tries the network on one image: what cannot be right is said before rows are read.</summary>
    /// <exception cref="ArgumentException">A column is absent or of the wrong type, the teacher does not fit them, or the network cannot
    /// take such images.</exception>
    /// <exception cref="FormatException">The initial weights are not the network's.</exception>
    public static BoundColumns Of(DataViewSchema schema, TrainingOptions options, Teacher? teacher)
    {
        ImageColumn image = FindImage(schema, options);
        LabelColumn? label = options.LabelColumnName is { } name ? LabelColumn.Find(schema, name) : null;
        var columns = new BoundColumns(image, label, teacher?.Bind((StudentTrainingOptions)options, schema, image, label));
        TorchRuntime.EnsureLoaded();

        // A network of its own, so that the trained one's first weights follow the seed.
        using var generator = new TorchSharp.torch.Generator(0);
        using FeatureNetwork tried = NetworkCatalog.Create(options.NetworkName, columns.Classes, image.Channels, generator);
        _ = tried.ShapesFor(image.Height, image.Width);
        return columns with { Initial = InitialWeights.Open(options, tried, label) };
    }

    /// <summary>Finds the student's images.</summary>
    public static ImageColumn FindImage(DataViewSchema schema, TrainingOptions options) =>
        ImageColumn.Find(schema, nameof(options.InputColumnName), options.InputColumnName, options.InputShape, nameof(options.InputShape));
}
