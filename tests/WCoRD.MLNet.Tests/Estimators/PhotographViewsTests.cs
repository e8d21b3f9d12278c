using Microsoft.ML;
using Microsoft.ML.Data;

namespace WCoRD.MLNet.Tests;

/// <summary>Trainings with the views that photographs are learned by.</summary>
[TestClass]
public sealed class PhotographViewsTests
{
    private static readonly MLContext MLContext = new(1);

    [TestMethod]
    [TestCategory("Long")]
    public void Fit_EveryView_LearnsAndFollowsItsSeed()
    {
        LongTest.Require();
        IDataView data = TinyImages.View(MLContext, 160);
        using NetworkTransformer first = new NetworkTrainingEstimator(MLContext, Options()).Fit(data), second = new NetworkTrainingEstimator(MLContext, Options()).Fit(data);
        CollectionAssert.AreEqual(first.Weights.ToArray(), second.Weights.ToArray());
        Assert.IsGreaterThan(0.8, MLContext.MulticlassClassification.Evaluate(first.Transform(TinyImages.View(MLContext, 40, seed: 2))).MicroAccuracy);

        static NetworkTrainingOptions Options() => new()
        {
            Network = "resnet8",
            Epochs = 6,
            BatchSize = 16,
            Augmentation = AugmentationKind.RandomResizedCrop,
            CropScale = 0.6,
            HorizontalFlip = false,
            ColorJitter = 0.2,
            MixUp = 0.2,
            LabelSmoothing = 0.1,
            Seed = 1,
        };
    }

    [TestMethod]
    public void Fit_StudentOfASmallerImage_SharesEveryViewWithItsTeacher()
    {
        IDataView data = PairedImages.View(MLContext, 96);
        using NetworkTeacher teacher = MakeTeacher();
        using NetworkTransformer student = new DistillationEstimator(MLContext, teacher, Options(Distillers.Named("hint"))).Fit(data);
        Assert.IsLessThan(student.History!.Epochs[0].Loss, student.History.Epochs[^1].Loss);
    }

    [TestMethod]
    [DataRow("dkd")]
    [DataRow("wcord")]
    public void Fit_MixUpWithAnObjectiveOfRowsOrClasses_IsRefused(string name)
    {
        using NetworkTeacher teacher = MakeTeacher();
        string message = Assert.ThrowsExactly<ArgumentException>(
            () => new DistillationEstimator(MLContext, teacher, Options(Distillers.Named(name))).Fit(PairedImages.View(MLContext, 32))).Message;
        StringAssert.StartsWith(message, $"MixUp is 0.4, but the objective '{name}' asks for the row or the class of each example");
    }

    [TestMethod]
    public void Fit_MixUpWithATeacherOfColumns_IsRefused()
    {
        using Teacher teacher = Teacher.FromColumns("Numbers");
        IDataView data = TinyImages.View(MLContext, 16);
        data = MLContext.Transforms.Conversion.ConvertType("Numbers", "Pixels", DataKind.Single).Fit(data).Transform(data);
        var options = new WcordDistillationOptions { Student = "resnet8", GlobalWeight = 0, MixUp = 0.2 };
        StringAssert.StartsWith(
            Assert.ThrowsExactly<ArgumentException>(() => new WcordDistillationEstimator(MLContext, teacher, options).Fit(data)).Message,
            "MixUp is 0.2, but the teacher is made of columns");
    }

    [TestMethod]
    public void Fit_ColoursOfNumbersThatAreNoPixels_IsRefused()
    {
        Scaled[] rows = [.. TinyImages.Rows(16).Select(row => new Scaled { Pixels = [.. row.Pixels.Select(value => value / 255f)], Class = row.Class })];
        IDataView data = MLContext.Data.LoadFromEnumerable(rows);
        data = MLContext.Transforms.Conversion.MapValueToKey("Label", "Class").Fit(data).Transform(data);
        var options = new NetworkTrainingOptions { Network = "resnet8", Epochs = 1, BatchSize = 16, ColorJitter = 0.2, Seed = 1 };
        StringAssert.StartsWith(
            Assert.ThrowsExactly<ArgumentException>(() => new NetworkTrainingEstimator(MLContext, options).Fit(data)).Message,
            "ColorJitter changes pixels of 0 (black) to 255 (white), but column 'Pixels' holds numbers from 0 to ");
    }

    private static DistillationOptions Options(WeightedObjective objective) => new()
    {
        Student = "resnet8",
        InputColumnName = "Small",
        TeacherInputColumnName = "Pixels",
        Objectives = [objective],
        SoftTargetWeight = 1,
        Epochs = 4,
        BatchSize = 16,
        Augmentation = AugmentationKind.RandomResizedCrop,
        ColorJitter = 0.4,
        MixUp = 0.4,
        Seed = 1,
    };

    private static NetworkTeacher MakeTeacher() =>
        Teacher.FromNetwork(NetworkCatalog.Create("resnet8", 4, 3, new TorchSharp.torch.Generator(1)), new InputNormalization(1 / 255f, [0.5f, 0.5f, 0.5f], [0.25f, 0.25f, 0.25f]));

    private sealed class Scaled
    {
        [VectorType(3, 8, 8)]
        public float[] Pixels { get; set; } = [];

        public string Class { get; set; } = "";
    }
}
