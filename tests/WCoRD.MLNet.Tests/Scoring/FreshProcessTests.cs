using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed class FreshProcessTests
{
    [TestMethod]
    public void Load_InAProcessThatOnlyReferencesThePackage_GivesIdenticalScores()
    {
        var mlContext = new MLContext(1);
        var options = new NetworkTrainingOptions { Network = "resnet8", Epochs = 1, BatchSize = 16, Seed = 1 };
        ScoresAlike(mlContext, mlContext.MulticlassClassification.Trainers.NetworkTraining(options), TinyImages.View(mlContext, 32));
    }

    [TestMethod]
    [TestCategory("Long")]
    public void Load_StudentOfTwoModalities_ScoresFromItsOwnColumnAlone()
    {
        LongTest.Require();
        var mlContext = new MLContext(1);
        IDataView data = PairedImages.View(mlContext, 32);
        using NetworkTransformer grey = new NetworkTrainingEstimator(mlContext, new NetworkTrainingOptions { Network = "resnet8", InputColumnName = "Grey", Epochs = 1, Seed = 1 }).Fit(data);
        using NetworkTeacher teacher = Teacher.FromModel(grey);
        var options = new WcordDistillationOptions { Student = "resnet8", TeacherInputColumnName = "Grey", Epochs = 1, BatchSize = 16, Seed = 1 };
        ScoresAlike(mlContext, mlContext.MulticlassClassification.Trainers.WcordDistillation(teacher, options), data);
    }

    [TestMethod]
    [TestCategory("Long")]
    public void Load_ViewsBeforeTheStudent_AreMadeAgain()
    {
        LongTest.Require();
        var mlContext = new MLContext(1);
        var options = new NetworkTrainingOptions { Network = "resnet8", InputColumnName = "Small", Epochs = 1, Seed = 1 };
        var pipeline = mlContext.Transforms.LuminanceChrominance(luminanceColumnName: null)
            .Append(mlContext.Transforms.DownsamplePixels("Small", "Chrominance", 4, 4))
            .Append(mlContext.MulticlassClassification.Trainers.NetworkTraining(options));
        ScoresAlike(mlContext, pipeline, TinyImages.View(mlContext, 32));
    }

    [TestMethod]
    public void FromOnnx_WithoutTheRuntime_NamesThePackage()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder.File("net.onnx"), OnnxNet.Make(["logits"]));
        string program = ChildProcess.AssemblyOf("tests/WCoRD.MLNet.FreshProcess", "WCoRD.MLNet.FreshProcess.dll");
        (int exitCode, string output, string error) = ChildProcess.Run("dotnet", program, folder.File("net.onnx"));
        Assert.AreEqual(0, exitCode, error);
        StringAssert.StartsWith(output, "ONNX Runtime could not be loaded. Add the package Microsoft.ML.OnnxRuntime, version 1.31.1, to the application");
    }

    private static void ScoresAlike(MLContext mlContext, IEstimator<ITransformer> training, IDataView data)
    {
        string folder = Directory.CreateTempSubdirectory("wcord-fresh").FullName;
        try
        {
            using var model = training.Append(mlContext.Transforms.Conversion.MapKeyToValue("Class", "PredictedLabel")).Fit(data);
            TinyImages.Row[] rows = TinyImages.Rows(9, seed: 3);
            IDataView scored = model.Transform(TinyImages.View(mlContext, rows));
            string[] expected = [.. scored.GetColumn<string>("Class").Zip(
                scored.GetColumn<float[]>("Score"),
                (name, scores) => $"{name}: {string.Join(' ', scores.Select(score => score.ToString("R", CultureInfo.InvariantCulture)))}")];

            string zip = Path.Combine(folder, "model.zip"), pixels = Path.Combine(folder, "pixels.bin");
            mlContext.Model.Save(model, data.Schema, zip);
            File.WriteAllBytes(pixels, [.. rows.SelectMany(row => row.Pixels)]);
            string program = ChildProcess.AssemblyOf("tests/WCoRD.MLNet.FreshProcess", "WCoRD.MLNet.FreshProcess.dll");
            (int exitCode, string output, string error) = ChildProcess.Run("dotnet", program, zip, pixels);
            Assert.AreEqual(0, exitCode, error);
            CollectionAssert.AreEqual(expected, output.ReplaceLineEndings("\n").TrimEnd().Split('\n'));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
