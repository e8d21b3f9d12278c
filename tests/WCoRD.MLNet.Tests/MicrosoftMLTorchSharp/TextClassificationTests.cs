using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using KeyOrdinality = Microsoft.ML.Transforms.ValueToKeyMappingEstimator.KeyOrdinality;

namespace WCoRD.MLNet.Tests;

/// <summary>Microsoft.ML.TorchSharp's text classifier, repaired by the build, beside this TorchSharp: by itself, and as the teacher of pictures.</summary>
[TestClass]
public sealed class TextClassificationTests
{
    private static TemporaryFolder _folder = null!;
    private static MLContext _mlContext = null!;
    private static ITransformer _reader = null!;

    [ClassInitialize]
    public static void Read(TestContext context)
    {
        _ = context;
        _folder = new TemporaryFolder();
        _mlContext = new MLContext(1) { TempFilePath = _folder.Path };
        // To know the classes it needs more than to be saved.
        _reader = LongTest.IsWanted ? Captions.Classifier(_mlContext, rows: 128, epochs: 6) : Captions.Classifier(_mlContext, rows: 16, epochs: 1);
    }

    [ClassCleanup]
    public static void RemoveFolder() => _folder.Dispose();

    [TestMethod]
    [TestCategory("Long")]
    public void Fit_Captions_AreToldApart()
    {
        LongTest.Require();
        MulticlassClassificationMetrics metrics = _mlContext.MulticlassClassification.Evaluate(
            _reader.Transform(Captions.Labelled(_mlContext, 48)), scoreColumnName: "TextScore", predictedLabelColumnName: "TextLabel");
        Assert.IsGreaterThan(0.9, metrics.MicroAccuracy);
    }

    [TestMethod]
    public void Load_SavedClassifier_ScoresAlike()
    {
        IDataView rows = Captions.Labelled(_mlContext, 12);
        _mlContext.Model.Save(_reader, rows.Schema, _folder.File("reader.zip"));
        ITransformer loaded = _mlContext.Model.Load(_folder.File("reader.zip"), out _);
        foreach ((float[] expected, float[] found) in Scores(_reader, rows).Zip(Scores(loaded, rows)))
        {
            ScoringFixture.AreClose(expected, found);
        }

        static IEnumerable<float[]> Scores(ITransformer model, IDataView rows) => model.Transform(rows).GetColumn<float[]>("TextScore");
    }

    [TestMethod]
    [TestCategory("Long")]
    public void Teacher_ThatReadCaptions_TeachesPicturesWithoutLabels()
    {
        LongTest.Require();
        // What the pictures are called is what was read: no row has a label of its own.
        using TransformerChain<KeyToValueMappingTransformer> student = Teach(_mlContext.Data.LoadFromEnumerable(Pictures(160, seed: 1)), "TextLabel", epochs: 6);
        Picture[] unseen = [.. Pictures(40, seed: 2)];
        string[] classes = [.. _reader.Append(student).Transform(_mlContext.Data.LoadFromEnumerable(unseen)).GetColumn<string>("Class")];
        Assert.IsGreaterThan(34, unseen.Zip(classes).Count(pair => pair.First.Name == pair.Second), "of 40");
    }

    [TestMethod]
    [TestCategory("Long")]
    public void Load_ReaderAndStudentInAFreshProcess_ScoreAlike()
    {
        LongTest.Require();
        Picture[] pictures = [.. Pictures(32, seed: 1)];
        IDataView rows = _mlContext.Data.LoadFromEnumerable(pictures);
        using TransformerChain<KeyToValueMappingTransformer> student = Teach(
            _mlContext.Transforms.Conversion.MapValueToKey("Label", "Name", keyOrdinality: KeyOrdinality.ByValue).Fit(rows).Transform(rows), "Label", epochs: 1);
        var chain = _reader.Append(student);
        IDataView scored = chain.Transform(rows);
        string[] expected = [.. scored.GetColumn<string>("Class").Zip(
            scored.GetColumn<float[]>("Score"),
            (name, scores) => $"{name}: {string.Join(' ', scores.Select(score => score.ToString("R", CultureInfo.InvariantCulture)))}")];

        _mlContext.Model.Save(chain, rows.Schema, _folder.File("chain.zip"));
        File.WriteAllBytes(_folder.File("pixels.bin"), [.. pictures.SelectMany(picture => picture.Pixels)]);
        File.WriteAllLines(_folder.File("captions.txt"), pictures.Select(picture => picture.Text));
        (int exitCode, string output, string error) = ChildProcess.Run(
            "dotnet",
            ChildProcess.AssemblyOf("tests/WCoRD.MLNet.FreshProcess", "WCoRD.MLNet.FreshProcess.dll"),
            _folder.File("chain.zip"),
            _folder.File("pixels.bin"),
            _folder.File("captions.txt"));
        Assert.AreEqual(0, exitCode, error);
        CollectionAssert.AreEqual(expected, output.ReplaceLineEndings("\n").TrimEnd().Split('\n'));
    }

    private static TransformerChain<KeyToValueMappingTransformer> Teach(IDataView pictures, string label, int epochs)
    {
        using Teacher teacher = Teacher.FromColumns("TextScore", "TextScore");
        return _mlContext.MulticlassClassification.Trainers.WcordDistillation(teacher, new WcordDistillationOptions
        {
            Student = "resnet8",
            LabelColumnName = label,
            SoftTargetWeight = 1,
            Epochs = epochs,
            BatchSize = 16,
            CropPadding = 0,
            HorizontalFlip = false,
            EmbeddingSize = 16,
            Seed = 5,
        }).Append(_mlContext.Transforms.Conversion.MapKeyToValue("Class", "PredictedLabel")).Fit(_mlContext.Data.Cache(_reader.Transform(pictures)));
    }

    private static IEnumerable<Picture> Pictures(int rows, int seed) => TinyImages.Rows(rows, Captions.Names.Length, seed)
        .Select((row, i) => new Picture { Pixels = row.Pixels, Text = Captions.Of(i % Captions.Names.Length, i), Name = Captions.Names[i % Captions.Names.Length] });

    private sealed class Picture
    {
        [VectorType(3, TinyImages.Side, TinyImages.Side)]
        public byte[] Pixels { get; set; } = [];

        public string Text { get; set; } = "";

        public string Name { get; set; } = "";
    }
}
