using Microsoft.ML;

namespace WCoRD.MLNet.Tests;

/// <summary>A teacher of other classes than the rows' teaches by its features and maps; what compares scores is refused.</summary>
[TestClass]
public sealed class OtherTaskTests
{
    private static readonly InputNormalization Unit = new(1, [0, 0, 0], [255, 255, 255]);

    [TestMethod]
    [DataRow(7)]
    [DataRow(2)]
    public void Fit_TeacherOfOtherClasses_TeachesByItsFeatures(int classes)
    {
        var mlContext = new MLContext(1);
        List<string> log = [];
        mlContext.Log += (_, entry) => log.Add(entry.Message);
        using NetworkTeacher teacher = Teacher.FromNetwork(NetworkCatalog.Create("resnet8", classes, 3, new TorchSharp.torch.Generator(1)), Unit);
        using NetworkTransformer student = new WcordDistillationEstimator(mlContext, teacher, Recipe(new WcordDistillationOptions { EmbeddingSize = 8 })).Fit(TinyImages.View(mlContext, 160));
        CollectionAssert.AreEqual(new[] { "ce", "gckt", "lckt" }, student.History!.Epochs[^1].Parts.Keys.ToArray());
        Assert.AreEqual(4, student.Classes);
        Assert.IsGreaterThan(0.9, mlContext.MulticlassClassification.Evaluate(student.Transform(TinyImages.View(mlContext, 40, seed: 2))).MicroAccuracy);
        Assert.Contains(
            line => line.Contains($"the teacher resnet8 teaches by its features alone: the teacher (resnet8) knows {classes} classes, but column 'Label' has 4.", StringComparison.Ordinal),
            log,
            string.Join('\n', log));
        Assert.DoesNotContain(line => line.Contains("training rows rightly", StringComparison.Ordinal), log, "There is no accuracy of classes that it does not know.");
    }

    [TestMethod]
    [DataRow("hint")]
    [DataRow("at")]
    [DataRow("vid")]
    [DataRow("rkd")]
    [DataRow("crd")]
    public void Fit_DistillersOfFeaturesAndMaps_TakeIt(string name)
    {
        var mlContext = new MLContext(1);
        using NetworkTeacher teacher = Teacher.FromNetwork(NetworkCatalog.Create("resnet8", 7, 3, new TorchSharp.torch.Generator(1)), Unit);
        DistillationOptions options = Recipe(new DistillationOptions { Objectives = [Distillers.Named(name)] });
        options.Epochs = 1;
        using NetworkTransformer student = new DistillationEstimator(mlContext, teacher, options).Fit(TinyImages.View(mlContext, 32));
        Assert.AreEqual(4, student.Classes);
    }

    [TestMethod]
    [DataRow("kd")]
    [DataRow("dkd")]
    [DataRow("dist")]
    [DataRow("kd_ls")]
    public void Fit_WhatComparesScores_IsRefused(string name)
    {
        var mlContext = new MLContext(1);
        using NetworkTeacher teacher = Teacher.FromNetwork(NetworkCatalog.Create("resnet8", 7, 3, new TorchSharp.torch.Generator(1)), Unit);
        DistillationOptions options = Recipe(new DistillationOptions { Objectives = name == "kd" ? [] : [Distillers.Named(name)] });
        options.SoftTargetWeight = name == "kd" ? 1 : 0;
        string fault = Assert.ThrowsExactly<ArgumentException>(() => new DistillationEstimator(mlContext, teacher, options).Fit(TinyImages.View(mlContext, 32))).Message;
        StringAssert.Contains(fault, $"The objective '{name}' compares scores class by class: the teacher (resnet8) knows 7 classes, but column 'Label' has 4.");
        StringAssert.Contains(fault, "or leave that objective out ('kd': SoftTargetWeight 0)");
    }

    [TestMethod]
    [DataRow("class 2", true)]
    [DataRow(null, false)]
    public void Fit_AsManyClassesOfOtherNames_WarnsWhereSomeAreTheSame(string? kept, bool warns)
    {
        var mlContext = new MLContext(1);
        List<string> warnings = [], said = [];
        mlContext.Log += (_, entry) => (entry.Kind == Microsoft.ML.Runtime.ChannelMessageKind.Warning ? warnings : said).Add(entry.Message);
        using NetworkTransformer model = new NetworkTrainingEstimator(mlContext, Recipe(new NetworkTrainingOptions { Network = "resnet8" })).Fit(TinyImages.View(mlContext, 32));
        using NetworkTeacher teacher = Teacher.FromModel(model);
        TinyImages.Row[] rows = TinyImages.Rows(32);
        foreach (TinyImages.Row row in rows.Where(row => row.Class != kept))
        {
            row.Class = $"other {row.Class}";
        }

        WcordDistillationOptions options = Recipe(new WcordDistillationOptions { EmbeddingSize = 8 });
        options.Epochs = 1;
        new WcordDistillationEstimator(mlContext, teacher, options).Fit(TinyImages.View(mlContext, rows)).Dispose();
        Assert.Contains(line => line.Contains("teaches by its features alone", StringComparison.Ordinal), warns ? warnings : said);
        Assert.AreEqual(warns, warnings.Any(line => line.Contains("If they are meant to be the same, name them alike.", StringComparison.Ordinal)));
    }

    private static T Recipe<T>(T options)
        where T : TrainingOptions
    {
        (options.Epochs, options.BatchSize, options.CropPadding, options.HorizontalFlip, options.Seed) = (4, 16, 1, false, 5);
        if (options is StudentTrainingOptions student)
        {
            student.Student = "resnet8";
        }

        return options;
    }
}
