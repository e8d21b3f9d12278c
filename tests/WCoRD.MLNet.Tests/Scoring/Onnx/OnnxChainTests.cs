using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Onnx;

namespace WCoRD.MLNet.Tests;

/// <summary>Whole chains by <c>mlContext.Model.ConvertToOnnx</c>, read by <c>ApplyOnnxModel</c>.</summary>
[TestClass]
public sealed class OnnxChainTests
{
    private readonly MLContext _mlContext = new(1);

    [TestMethod]
    public void ConvertToOnnx_NetworkBetweenStagesOfMLNet_GivesTheSameScoresKeysAndNames()
    {
        IDataView rows = ScoringFixture.View(_mlContext, 6);
        using NetworkTransformer network = ScoringFixture.Model(_mlContext, ScoringFixture.Description with { InputColumnName = "Copied" });
        var before = _mlContext.Transforms.CopyColumns("Copied", "Pixels").Fit(rows);
        var after = _mlContext.Transforms.Conversion.MapKeyToValue("Name", "PredictedLabel").Fit(network.Transform(before.Transform(rows)));
        var model = new TransformerChain<ITransformer>(before, network, after);
        IDataView expected = model.Transform(rows), found = Convert(model, rows, "Score", "Features", "Name");
        AreClose(expected, found, "Score", 1e-5f);
        AreClose(expected, found, "Features", 1e-4f);
        CollectionAssert.AreEqual(expected.GetColumn<string>("Name").ToArray(), found.GetColumn<string[]>("Name").Select(name => name[0]).ToArray());
    }

    [TestMethod]
    public void ConvertToOnnx_FeaturesForAClassifierOfMLNet_GivesItsScores()
    {
        IDataView rows = _mlContext.Transforms.Conversion.MapValueToKey("Label", "Animal").Fit(ScoringFixture.View(_mlContext, 40)).Transform(ScoringFixture.View(_mlContext, 40));
        using NetworkTransformer network = ScoringFixture.Model(_mlContext, ScoringFixture.Description with { ScoreColumnName = null, PredictedLabelColumnName = null });
        var probe = _mlContext.Transforms.NormalizeMinMax("Features")
            .Append(_mlContext.MulticlassClassification.Trainers.LbfgsMaximumEntropy()).Fit(network.Transform(rows));
        var model = new TransformerChain<ITransformer>(network, probe);
        AreClose(model.Transform(rows), Convert(model, rows, "Score"), "Score", 1e-4f);
    }

    [TestMethod]
    public void ConvertToOnnx_PixelStages_GiveTheSameScores()
    {
        IDataView rows = ScoringFixture.View(_mlContext, 5);
        var views = _mlContext.Transforms.DownsamplePixels("Small", "Pixels", 4, 4)
            .Append(_mlContext.Transforms.LuminanceChrominance(inputColumnName: "Small"))
            .Append(_mlContext.Transforms.LuminanceChrominanceToRgb("Back"))
            .Append(_mlContext.Transforms.LuminanceChrominanceToRgb("Colours", luminanceColumnName: null))
            .Append(_mlContext.Transforms.LuminanceChrominanceToRgb("Light", chrominanceColumnName: null)).Fit(rows);
        IDataView expected = views.Transform(rows), found = Convert(views, rows, "Small", "Luminance", "Chrominance", "Back", "Colours", "Light");
        AreClose(expected, found, "Luminance", 1e-3f);
        AreClose(expected, found, "Chrominance", 2e-3f);
        foreach (string name in new[] { "Small", "Back", "Colours", "Light" })
        {
            byte[][] right = [.. expected.GetColumn<byte[]>(name)], given = [.. found.GetColumn<byte[]>(name)];
            for (int row = 0; row < right.Length; row++)
            {
                for (int i = 0; i < right[row].Length; i++)
                {
                    // float32 there, float64 here: halves round either way.
                    Assert.AreEqual(right[row][i], given[row][i], 1, name);
                }
            }
        }

        ModelDescription description = ScoringFixture.Description with { InputColumnName = "Chrominance", Channels = 2, Height = 4, Width = 4, Normalization = new InputNormalization(1, [1f, 2f], [20f, 30f]) };
        using var network = new NetworkTransformer(_mlContext, description, OnnxFixture.Weights("resnet8", 4, channels: 2), null);
        var model = new TransformerChain<ITransformer>(views, network);
        AreClose(model.Transform(rows), Convert(model, rows, "Score"), "Score", 1e-4f);
    }

    [TestMethod]
    public void ConvertToOnnx_TwoNetworks_KeepsThemApart()
    {
        IDataView rows = ScoringFixture.View(_mlContext, 4);
        using NetworkTransformer first = ScoringFixture.Model(_mlContext);
        ModelDescription renamed = ScoringFixture.Description with { ScoreColumnName = "Other", PredictedLabelColumnName = "OtherLabel", FeaturesColumnName = null };
        using var second = new NetworkTransformer(_mlContext, renamed, OnnxFixture.Weights("resnet8", 4, 3), null);
        var model = new TransformerChain<ITransformer>(first, second);
        IDataView found = Convert(model, rows, "Score", "Other");
        AreClose(model.Transform(rows), found, "Score", 1e-5f);
        AreClose(model.Transform(rows), found, "Other", 1e-5f);
    }

    [TestMethod]
    public void ConvertToOnnx_FlatPixels_ScoresAlike()
    {
        IDataView rows = _mlContext.Data.LoadFromEnumerable(ScoringFixture.Rows(3).Select(row => new FlatRow { Pixels = row.Pixels }));
        using NetworkTransformer network = ScoringFixture.Model(_mlContext);
        AreClose(network.Transform(rows), Convert(network, rows, "Score"), "Score", 1e-5f);
    }

    [TestMethod]
    public void ConvertToOnnx_ImagesOfMLNetBefore_ReadsTheirPixels()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder.File("a.png"), ImageFiles.Plain(SkiaSharp.SKColors.Orange));
        IDataView rows = _mlContext.Data.LoadFromEnumerable([new PathRow { ImagePath = folder.File("a.png") }]);
        var images = _mlContext.Transforms.LoadImages("Image", "", "ImagePath")
            .Append(_mlContext.Transforms.ResizeImages("Image", 8, 8))
            .Append(_mlContext.Transforms.ExtractPixels("Pixels", "Image", outputAsFloatArray: true)).Fit(rows);
        using NetworkTransformer network = ScoringFixture.Model(_mlContext);
        IDataView pixels = _mlContext.Data.Cache(_mlContext.Transforms.SelectColumns("Pixels").Fit(images.Transform(rows)).Transform(images.Transform(rows)));
        IDataView expected = network.Transform(pixels);
        AreClose(expected, Convert(network, pixels, "Score"), "Score", 1e-5f);

        Exception fault = Assert.Throws<Exception>(() => Convert(new TransformerChain<ITransformer>(images, network), rows, "Score"));
        StringAssert.Contains(fault.GetBaseException().Message, "The stage 'resnet8' reads column 'Pixels', which the stages before cannot give to ONNX: convert the model from there on");
    }

    [TestMethod]
    public void ConvertToOnnx_ChainThatMapsTheLabel_ConvertsButAsksForTheLabel()
    {
        IDataView rows = ScoringFixture.View(_mlContext, 4);
        using NetworkTransformer network = ScoringFixture.Model(_mlContext);
        var model = new TransformerChain<ITransformer>(_mlContext.Transforms.Conversion.MapValueToKey("Label", "Animal").Fit(rows), network);
        AreClose(model.Transform(rows), Convert(model, rows, "Score"), "Score", 1e-5f);
        IDataView unlabelled = _mlContext.Data.LoadFromEnumerable(ScoringFixture.Rows(2).Select(row => new FloatRow { Pixels = [.. row.Pixels.Select(value => (float)value)] }));
        Assert.Throws<ArgumentException>(() => Convert(model, unlabelled, "Score"));
        // What docs/how-to.md says to convert instead.
        AreClose(network.Transform(unlabelled), Convert(model.LastTransformer, unlabelled, "Score"), "Score", 1e-5f);
    }

    [TestMethod]
    public void ConvertToOnnx_DecodingOfPhotographs_SaysWhatToConvertInstead()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder.File("a.png"), ImageFiles.Plain(SkiaSharp.SKColors.Red));
        IDataView rows = _mlContext.Data.LoadFromEnumerable([new PathRow { ImagePath = folder.File("a.png") }]);
        using NetworkTransformer network = ScoringFixture.Model(_mlContext);
        var model = new TransformerChain<ITransformer>(_mlContext.Transforms.LoadPixels("Pixels", "ImagePath", 8, 8).Fit(rows), network);
        Exception fault = Assert.Throws<Exception>(() => Convert(model, rows, "Score"));
        StringAssert.Contains(fault.GetBaseException().Message, "The stage LoadPixels decodes image files (column 'Pixels' from 'ImagePath'), for which ONNX has no operators: convert the stages behind it");

        // Rows that come from a folder are no stage of the model.
        IDataView pixels = _mlContext.Transforms.LoadPixels("Pixels", "ImagePath", 8, 8).Fit(rows).Transform(rows);
        IDataView cached = _mlContext.Data.Cache(pixels);
        AreClose(network.Transform(cached), Convert(network, cached, "Score"), "Score", 1e-5f);
    }

    private IDataView Convert(ITransformer model, IDataView rows, params string[] columns)
    {
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            using (FileStream stream = File.Create(path))
            {
                _mlContext.Model.ConvertToOnnx(model, rows, stream);
            }

            string[] inputs = [.. new Microsoft.ML.OnnxRuntime.InferenceSession(path).InputMetadata.Keys];
            OnnxTransformer onnx = _mlContext.Transforms.ApplyOnnxModel([.. columns.Select(column => column + ".output")], inputs, path).Fit(rows);
            // What it reads is loaded: the file may go.
            return onnx.Transform(rows);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static void AreClose(IDataView expected, IDataView found, string column, float tolerance)
    {
        float[][] right = [.. expected.GetColumn<float[]>(column)], given = [.. found.GetColumn<float[]>(column)];
        Assert.HasCount(right.Length, given);
        for (int row = 0; row < right.Length; row++)
        {
            Assert.HasCount(right[row].Length, given[row]);
            for (int i = 0; i < right[row].Length; i++)
            {
                Assert.AreEqual(right[row][i], given[row][i], tolerance, column);
            }
        }
    }

    private sealed class FlatRow
    {
        [VectorType(192)]
        public byte[] Pixels { get; set; } = [];
    }

    private sealed class PathRow
    {
        public string ImagePath { get; set; } = "";
    }
}
