using Microsoft.ML;
using Microsoft.ML.Data;

namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed class ImageChainTests
{
    [TestMethod]
    public void Fit_AfterLoadResizeExtract_TrainsSplitsSavesAndPredicts()
    {
        string folder = Directory.CreateTempSubdirectory("wcord-images").FullName;
        try
        {
            var mlContext = new MLContext(1);
            IDataView rows = mlContext.Data.LoadFromEnumerable(WriteImages(folder, 96));
            DataOperationsCatalog.TrainTestData split = mlContext.Data.TrainTestSplit(rows, 0.25, seed: 1);
            var pipeline = mlContext.Transforms.Conversion.MapValueToKey("Label", "Class")
                .Append(mlContext.Transforms.LoadImages("Image", folder, "Path"))
                .Append(mlContext.Transforms.ResizeImages("Image", TinyImages.Side, TinyImages.Side))
                .Append(mlContext.Transforms.ExtractPixels("Pixels", "Image"))
                .Append(mlContext.MulticlassClassification.Trainers.NetworkTraining(
                    new NetworkTrainingOptions { Network = "resnet8", Epochs = 6, BatchSize = 16, CropPadding = 1, HorizontalFlip = false, Seed = 1 }))
                .Append(mlContext.Transforms.Conversion.MapKeyToValue("Predicted", "PredictedLabel"));
            using var model = pipeline.Fit(split.TrainSet);
            IDataView scored = model.Transform(split.TestSet);
            Assert.IsTrue(mlContext.MulticlassClassification.Evaluate(scored).MicroAccuracy > 0.8);

            string zip = Path.Combine(folder, "model.zip");
            mlContext.Model.Save(model, rows.Schema, zip);
            ITransformer loaded = new MLContext().Model.Load(zip, out _);
            float[][] expected = [.. scored.GetColumn<float[]>("Score")], found = [.. loaded.Transform(split.TestSet).GetColumn<float[]>("Score")];
            for (int i = 0; i < expected.Length; i++)
            {
                CollectionAssert.AreEqual(expected[i], found[i]);
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static List<Row> WriteImages(string folder, int count)
    {
        var rows = new List<Row>();
        foreach (TinyImages.Row image in TinyImages.Rows(count))
        {
            const int Side = TinyImages.Side, Scale = 2;
            var pixels = new byte[Scale * Side * Scale * Side * 4];
            for (int i = 0; i < pixels.Length; i++)
            {
                int channel = i % 4, x = i / 4 % (Scale * Side) / Scale, y = i / 4 / (Scale * Side) / Scale;
                pixels[i] = channel == 3 ? (byte)255 : image.Pixels[(((channel * Side) + y) * Side) + x];
            }

            string name = $"{image.Id}.png";
            using MLImage picture = MLImage.CreateFromPixels(Scale * Side, Scale * Side, MLPixelFormat.Rgba32, pixels);
            picture.Save(Path.Combine(folder, name));
            rows.Add(new Row { Path = name, Class = image.Class });
        }

        return rows;
    }

    private sealed class Row
    {
        public string Path { get; set; } = "";

        public string Class { get; set; } = "";
    }
}
