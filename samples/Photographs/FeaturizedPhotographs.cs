using Microsoft.ML;
using Microsoft.ML.Data;

namespace Photographs;

/// <summary>The usual way of ML.NET: features of a ResNet18 that learned ImageNet, and a linear classifier of them.</summary>
internal static class FeaturizedPhotographs
{
    public const string Features = "TeacherFeatures";
    public const string Scores = "TeacherScore";
    private const int Side = 224;
    private const int Folds = 5;

    public static ITransformer Train(MLContext mlContext, IDataView train)
    {
        ITransformer features = Featurizer(mlContext).Fit(train);

        // A trainer of many passes: the network is to see each photograph once.
        IDataView seen = mlContext.Data.Cache(features.Transform(train), "Label", Features);
        return features.Append(Classifier(mlContext).Fit(seen));
    }

    /// <summary>Makes a teacher's columns of views: their features, and the scores of classifiers that learned from other photographs.</summary>
    /// <remarks>Of what it learned from, a classifier is all too sure: its scores would tell no more than the labels.</remarks>
    public static IDataView Teach(MLContext mlContext, IDataView views)
    {
        IDataView seen = mlContext.Data.Cache(Featurizer(mlContext).Fit(views).Transform(views), "Label", "ImagePath", "Photo", Features);
        var folds = mlContext.MulticlassClassification.CrossValidate(seen, Classifier(mlContext), Folds, samplingKeyColumnName: "Photo", seed: 1);
        Taught[] rows =
        [
            .. folds.SelectMany(fold => mlContext.Data.CreateEnumerable<Taught>(fold.ScoredHoldOutSet, reuseRowObject: false))
                .OrderBy(row => row.ImagePath, StringComparer.Ordinal),
        ];
        var definition = SchemaDefinition.Create(typeof(Taught));
        definition[Features].ColumnType = new VectorDataViewType(NumberDataViewType.Single, rows[0].TeacherFeatures.Length);
        definition[Scores].ColumnType = new VectorDataViewType(NumberDataViewType.Single, rows[0].TeacherScore.Length);
        IDataView taught = mlContext.Data.LoadFromEnumerable(rows, definition);

        // The label's names, as the photographs' own rows have them.
        VBuffer<ReadOnlyMemory<char>> names = default;
        views.Schema["Label"].GetKeyValues(ref names);
        IDataView classes = mlContext.Data.LoadFromEnumerable(names.DenseValues().Select(name => new ClassName { Class = name.ToString() }));
        return mlContext.Transforms.Conversion.MapValueToKey("Label", nameof(Taught.Class), keyData: classes).Fit(taught).Transform(taught);
    }

    private static IEstimator<ITransformer> Featurizer(MLContext mlContext) =>
        mlContext.Transforms.LoadImages("Image", imageFolder: null, "ImagePath")
            .Append(mlContext.Transforms.ResizeImages("Image", Side, Side))
            .Append(mlContext.Transforms.ExtractPixels("ImagePixels", "Image"))
            .Append(mlContext.Transforms.DnnFeaturizeImage(
                Features, input => input.ModelSelector.ResNet18(mlContext, input.OutputColumn, input.InputColumn), "ImagePixels"));

    private static IEstimator<ITransformer> Classifier(MLContext mlContext) =>
        mlContext.MulticlassClassification.Trainers.LbfgsMaximumEntropy("Label", Features)
            // A student writes a Score of its own beside it.
            .Append(mlContext.Transforms.CopyColumns(Scores, "Score"))
            .Append(mlContext.Transforms.Conversion.MapKeyToValue(nameof(Taught.Class), "Label"));

    private sealed class Taught
    {
        public string ImagePath { get; set; } = "";

        public string Class { get; set; } = "";

        public float[] TeacherFeatures { get; set; } = [];

        public float[] TeacherScore { get; set; } = [];
    }

    private sealed class ClassName
    {
        public string Class { get; set; } = "";
    }
}
