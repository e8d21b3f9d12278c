using System.Text.Json;
using Microsoft.ML;
using Microsoft.ML.OnnxRuntime;

namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed class OnnxExportTests
{
    private readonly MLContext _mlContext = new(1);

    public static IEnumerable<object[]> Networks => NetworkCatalog.Names.Where(name => !name.StartsWith("own", StringComparison.Ordinal)).Select(name => new object[] { name });

    [TestMethod]
    [DynamicData(nameof(Networks))]
    public void SaveOnnx_EveryNetwork_ScoresAsLibtorch(string network)
    {
        LongTest.RequireUnless(network is "resnet8" or "MobileNetV2" or "ShuffleV2" or "mobilenet_v3_small");
        bool isForPhotographs = NetworkCatalog.OriginOf(network).Source == "torchvision";
        // Odd sides: what halves a map must round alike.
        (int height, int width) = isForPhotographs ? (65, 50) : (33, 19);
        using NetworkTransformer model = OnnxFixture.Model(_mlContext, network, height, width);
        using var folder = new TemporaryFolder();
        string file = folder.File("m.onnx");
        model.SaveOnnx(file, new OnnxOptions { AddFeatures = true });
        foreach (int rows in new[] { 1, 3 })
        {
            byte[] pixels = OnnxFixture.Pixels(rows, height, width);
            Dictionary<string, float[]> found = OnnxFixture.Run(file, pixels, rows, height, width);
            (float[] scores, float[] features) = OnnxFixture.Expected(model, pixels, rows);
            AreClose(scores, found["Score"], 1e-5f);
            AreClose(features, found["Features"], 1e-4f * Math.Max(1, features.Max()));
            for (int row = 0; row < rows; row++)
            {
                float[] own = scores[(row * 5)..((row + 1) * 5)];
                Assert.AreEqual(Array.IndexOf(own, own.Max()), found["PredictedLabel"][row]);
            }
        }
    }

    [TestMethod]
    public void SaveOnnx_Floats_ScoresAsBytes()
    {
        using NetworkTransformer model = OnnxFixture.Model(_mlContext, "resnet8", 8, 8);
        using var folder = new TemporaryFolder();
        string file = folder.File("m.onnx");
        model.SaveOnnx(file, new OnnxOptions { Input = OnnxInput.Floats, Opset = 13 });
        byte[] pixels = OnnxFixture.Pixels(2, 8, 8);
        AreClose(OnnxFixture.Expected(model, pixels, 2).Scores, OnnxFixture.Run(file, Array.ConvertAll(pixels, value => (float)value), 2, 8, 8)["Score"], 1e-5f);
    }

    [TestMethod]
    public void SaveOnnx_OpenedByAnother_TellsTypesShapesClassesAndCard()
    {
        using NetworkTransformer model = OnnxFixture.Model(_mlContext, "resnet8", 8, 6);
        using var folder = new TemporaryFolder();
        string file = folder.File("m.onnx");
        model.SaveOnnx(file);
        using var session = new InferenceSession(file);
        NodeMetadata input = session.InputMetadata["Pixels"];
        Assert.AreEqual(typeof(byte), input.ElementType);
        CollectionAssert.AreEqual(new[] { -1, 3, 8, 6 }, input.Dimensions);
        CollectionAssert.AreEqual(new[] { "Score", "PredictedLabel" }, session.OutputMetadata.Keys.ToArray());
        CollectionAssert.AreEqual(new[] { -1, 5 }, session.OutputMetadata["Score"].Dimensions);
        CollectionAssert.AreEqual(new[] { -1 }, session.OutputMetadata["PredictedLabel"].Dimensions);
        Dictionary<string, string> metadata = session.ModelMetadata.CustomMetadataMap;
        CollectionAssert.AreEqual(model.ClassNames!.ToArray(), JsonSerializer.Deserialize<string[]>(metadata["classes"]));
        Assert.AreEqual(model.Card.ToString(), metadata["card"]);
        Assert.AreEqual("resnet8", metadata["network"]);
        Assert.AreEqual("WCoRD.MLNet", session.ModelMetadata.ProducerName);
    }

    [TestMethod]
    public void SaveOnnx_ModelWithoutClasses_GivesItsFeatures()
    {
        ModelDescription description = OnnxFixture.Description("resnet8", 8, 8, features: "Features") with { ScoreColumnName = null, PredictedLabelColumnName = null };
        using var model = new NetworkTransformer(_mlContext, description, OnnxFixture.Weights("resnet8", 5, 3), null);
        using var folder = new TemporaryFolder();
        string file = folder.File("m.onnx");
        model.SaveOnnx(file);
        byte[] pixels = OnnxFixture.Pixels(2, 8, 8);
        Dictionary<string, float[]> found = OnnxFixture.Run(file, pixels, 2, 8, 8);
        CollectionAssert.AreEqual(new[] { "Features" }, found.Keys.ToArray());
        AreClose(OnnxFixture.Expected(model, pixels, 2).Features, found["Features"], 1e-4f);
    }

    [TestMethod]
    // CIFAR-100's in [0, 1] and as measured of bytes, written digits; colours, lightness and floats of [0, 1].
    [DataRow(1 / 255f, 0.5071f, 0.2675f, OnnxInput.Bytes)]
    [DataRow(1f, 129.3f, 68.2f, OnnxInput.Bytes)]
    [DataRow(1f, 33.3f, 78.6f, OnnxInput.Bytes)]
    [DataRow(1f, 4f, 14f, OnnxInput.Floats)]
    [DataRow(1f, 55f, 24f, OnnxInput.Floats)]
    [DataRow(1f, 0.5f, 0.25f, OnnxInput.Floats)]
    public void SaveOnnx_NoInputNamed_ReadsWhatTheNormalisationIsOf(float scale, float mean, float deviation, OnnxInput expected)
    {
        ModelDescription description = OnnxFixture.Description("resnet8", 8, 8) with { Normalization = new InputNormalization(scale, [mean, mean, mean], [deviation, deviation, deviation]) };
        using var model = new NetworkTransformer(_mlContext, description, OnnxFixture.Weights("resnet8", 5, 3), null);
        using var folder = new TemporaryFolder();
        model.SaveOnnx(folder.File("m.onnx"));
        using var session = new InferenceSession(folder.File("m.onnx"));
        Assert.AreEqual(expected == OnnxInput.Bytes ? typeof(byte) : typeof(float), session.InputMetadata["Pixels"].ElementType);
    }

    [TestMethod]
    [TestCategory("Long")]
    public void SaveOnnx_Done_LeavesNoTensorAndNoOtherFile()
    {
        LongTest.Require();
        using NetworkTransformer model = OnnxFixture.Model(_mlContext, "vgg8", 8, 8);
        using var folder = new TemporaryFolder();
        model.SaveOnnx(folder.File("first.onnx"));
        long before = TorchSharp.DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        model.SaveOnnx(folder.File("m.onnx"));
        Assert.AreEqual(before, TorchSharp.DisposeScopeManager.Statistics.ThreadTotalLiveCount);
        CollectionAssert.AreEqual(File.ReadAllBytes(folder.File("first.onnx")), File.ReadAllBytes(folder.File("m.onnx")));
        Assert.HasCount(2, Directory.GetFiles(folder.Path));
    }

    [TestMethod]
    public void SaveOnnx_OptionsThatCannotBe_ListsAllAtOnce()
    {
        using NetworkTransformer model = OnnxFixture.Model(_mlContext, "resnet8", 8, 8);
        var options = new OnnxOptions { Opset = 9, Input = (OnnxInput)7, Precision = OnnxPrecision.Int8, Calibration = (CalibrationKind)5, CalibrationRows = 0 };
        string message = Assert.ThrowsExactly<ArgumentException>(() => model.SaveOnnx("m.onnx", options)).Message;
        foreach (string fault in new[]
        {
            "- Opset is 9: expected 13 to 17.",
            "- Input is 7: expected Bytes, Floats.",
            "- Calibration is 5: expected MeanSquaredError, MinMax.",
            "- CalibrationRows is 0: expected at least 1.",
            "- CalibrationSet is null: expected rows to measure on, as some training rows, where Precision is Int8.",
        })
        {
            StringAssert.Contains(message, fault);
        }
    }

    private static void AreClose(float[] expected, float[] found, float tolerance)
    {
        Assert.HasCount(expected.Length, found);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.AreEqual(expected[i], found[i], tolerance);
        }
    }
}
