using System.Text.Json;
using Microsoft.ML;
using Microsoft.ML.Data;
using SkiaSharp;
using KeyOrdinality = Microsoft.ML.Transforms.ValueToKeyMappingEstimator.KeyOrdinality;

namespace WCoRD.MLNet.Tests;

/// <summary>The tool takes a model that holds its teacher, a reader of captions, and scores pictures that have none.</summary>
[TestClass]
public sealed class CaptionChainTests
{
    private const int Each = 3;
    private static readonly SKColor[] Colours = [SKColors.Blue, SKColors.Green, SKColors.Red, SKColors.White];
    private static TemporaryFolder _folder = null!;
    private static (string Path, string Class, float Probability)[] _expected = null!;

    private static string Model => _folder.File("chain.zip");

    [ClassInitialize]
    public static void Train(TestContext context)
    {
        _ = context;
        _folder = new TemporaryFolder();
        var mlContext = new MLContext(1) { TempFilePath = _folder.Path };
        // It need not read well: what is looked at is who reads what.
        ITransformer reader = Captions.Classifier(mlContext, rows: 8, epochs: 1);
        Picture[] pictures = [.. Enumerable.Range(0, Captions.Names.Length * Each).Select(i => Write(i / Each, i % Each))];
        IDataView rows = mlContext.Data.LoadFromEnumerable(pictures);
        using Teacher teacher = Teacher.FromColumns("TextScore", "TextScore");
        using var student = mlContext.Transforms.Conversion.MapValueToKey("Label", "Class", keyOrdinality: KeyOrdinality.ByValue)
            .Append(mlContext.Transforms.LoadPixels("Pixels", "ImagePath", 8, 8))
            .Append(mlContext.MulticlassClassification.Trainers.WcordDistillation(teacher, new WcordDistillationOptions { Student = "resnet8", Epochs = 3, BatchSize = 4, Seed = 1 }))
            .Fit(mlContext.Data.Cache(reader.Transform(rows)));
        var chain = reader.Append(student);
        mlContext.Model.Save(chain, rows.Schema, Model);
        float[][] scores = [.. chain.Transform(rows).GetColumn<float[]>("Score")];
        _expected = [.. pictures.Zip(scores, (picture, score) => (picture.ImagePath, Captions.Names[Array.IndexOf(score, score.Max())], score.Max()))];
    }

    [ClassCleanup]
    public static void RemoveFolder() => _folder.Dispose();

    [TestMethod]
    public async Task Info_OfTheChain_ShowsTheStudent() => StringAssert.Contains(await RunAsync("info", Model), "resnet8");

    [TestMethod]
    public async Task Score_PicturesWithoutCaptions_GivesWhatTheChainGives()
    {
        using var scored = JsonDocument.Parse(await RunAsync(["score", "--model", Model, .. _expected.Select(row => row.Path), "--json"]));
        JsonElement[] predictions = [.. scored.RootElement.GetProperty("predictions").EnumerateArray()];
        Assert.HasCount(_expected.Length, predictions);
        foreach (((string path, string name, float probability), JsonElement found) in _expected.Zip(predictions))
        {
            Assert.AreEqual((path, name), (found.GetProperty("path").GetString(), found.GetProperty("class").GetString()));
            Assert.AreEqual(probability, found.GetProperty("probability").GetSingle(), 1e-5f);
        }
    }

    [TestMethod]
    public async Task Evaluate_FolderWithoutCaptions_GivesTheChainsAccuracy()
    {
        using var measured = JsonDocument.Parse(await RunAsync("evaluate", "--model", Model, "--data", _folder.File("photos"), "--json"));
        Assert.AreEqual(_expected.Length, measured.RootElement.GetProperty("count").GetInt32());
        int right = _expected.Count(row => Path.GetFileName(Path.GetDirectoryName(row.Path)) == row.Class);
        Assert.AreEqual(100.0 * right / _expected.Length, measured.RootElement.GetProperty("top1").GetDouble(), 0.001);
    }

    private static async Task<string> RunAsync(params string[] arguments)
    {
        (int exitCode, string output, string errors) = await Tool.RunHereAsync(arguments);
        Assert.AreEqual(0, exitCode, errors);
        return output;
    }

    private static Picture Write(int label, int row)
    {
        string path = Path.Combine(_folder.File("photos"), Captions.Names[label], $"{row}.png");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using var picture = new SKBitmap(8, 8);
        picture.Erase(Colours[label]);
        using SKData png = picture.Encode(SKEncodedImageFormat.Png, quality: 100);
        File.WriteAllBytes(path, png.ToArray());
        return new Picture { ImagePath = path, Text = Captions.Of(label, row), Class = Captions.Names[label] };
    }

    private sealed class Picture
    {
        public string ImagePath { get; set; } = "";

        public string Text { get; set; } = "";

        public string Class { get; set; } = "";
    }
}
