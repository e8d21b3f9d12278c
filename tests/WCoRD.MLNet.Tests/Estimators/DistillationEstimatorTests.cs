using Microsoft.ML;
using static TorchSharp.torch;

namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed class DistillationEstimatorTests
{
    private static readonly MLContext MLContext = new(1);
    private static readonly IDataView Data = TinyImages.View(MLContext, 128);

    [TestMethod]
    public void Fit_SeveralObjectives_LearnsWithTheirPartsAndSavesTheStudentAlone()
    {
        using NetworkTeacher teacher = TrainTeacher();
        DistillationOptions options = Options(Distillers.Named("cc"), Distillers.Named("at") with { Weight = 10 });
        options.SoftTargetWeight = 1;
        using NetworkTransformer student = MLContext.MulticlassClassification.Trainers.Distillation(teacher, options).Fit(Data);
        CollectionAssert.AreEqual(new[] { "ce", "cc", "at", "kd" }, student.History!.Epochs[0].Parts.Keys.ToArray());
        Assert.IsGreaterThan(0.8, MLContext.MulticlassClassification.Evaluate(student.Transform(TinyImages.View(MLContext, 40, seed: 2))).MicroAccuracy);
        using FeatureNetwork network = student.CreateNetwork();
        using FeatureNetwork plain = NetworkCatalog.Create("resnet8", 4);
        CollectionAssert.AreEqual(plain.state_dict().Keys.ToArray(), network.state_dict().Keys.ToArray());
    }

    [TestMethod]
    [TestCategory("Long")]
    public void Fit_WcordOfNoWeightButSoftTargets_EqualsDistillationWithThem()
    {
        LongTest.Require();
        using NetworkTeacher teacher = TrainTeacher();
        DistillationOptions options = Options();
        options.SoftTargetWeight = 1;
        using NetworkTransformer one = new DistillationEstimator(MLContext, teacher, options).Fit(Data);
        var wcord = new WcordDistillationOptions { Student = "resnet8", Epochs = 3, BatchSize = 16, CropPadding = 1, HorizontalFlip = false, Seed = 2, GlobalWeight = 0, LocalWeight = 0, SoftTargetWeight = 1 };
        using NetworkTransformer other = new WcordDistillationEstimator(MLContext, teacher, wcord).Fit(Data);
        CollectionAssert.AreEqual(one.Weights.ToArray(), other.Weights.ToArray());
    }

    [TestMethod]
    public void Fit_ObjectiveOfOnesOwn_IsOneSmallClass()
    {
        using NetworkTeacher teacher = TrainTeacher();
        DistillationOptions options = Options(new WeightedObjective("direction", 2, _ => new DirectionObjective()));
        using NetworkTransformer student = new DistillationEstimator(MLContext, teacher, options).Fit(Data);
        double[] course = [.. student.History!.Epochs.Select(epoch => epoch.Parts["direction"])];
        Assert.IsLessThan(course[0], course[^1], "The student's features turn towards the teacher's.");
    }

    [TestMethod]
    public void Fit_ObjectiveThatInitialises_TrainsTheStudentFirstAndThenByTheLabels()
    {
        using NetworkTeacher teacher = TrainTeacher();
        DistillationOptions options = Options(Distillers.Named("ab"));
        (options.InitialEpochs, options.Epochs) = (3, 2);
        using NetworkTransformer student = new DistillationEstimator(MLContext, teacher, options).Fit(Data);
        IReadOnlyList<EpochMetrics> epochs = student.History!.Epochs;
        CollectionAssert.AreEqual(new[] { "ab", "ab", "ab", "ce", "ce" }, epochs.Select(epoch => epoch.Parts.Keys.Single()).ToArray());
        CollectionAssert.AreEqual(new[] { false, false, false, true, true }, epochs.Select(epoch => epoch.Accuracy is not null).ToArray());
        CollectionAssert.AreEqual(new[] { 0.05, 0.05, 0.05, 0.05, 0.005 }, epochs.Select(epoch => Math.Round(epoch.LearningRate, 9)).ToArray());
        Assert.IsLessThan(epochs[0].Loss, epochs[2].Loss, "The boundaries come nearer.");
        Assert.AreEqual(5, epochs[0].Epochs);
    }

    [TestMethod]
    [TestCategory("Long")]
    public void Fit_ParaphraserOfFactors_StaysAsTheFirstPhaseLeftIt()
    {
        LongTest.Require();
        using NetworkTeacher teacher = TrainTeacher();
        var saved = new List<byte[]>();
        foreach (int epochs in (int[])[1, 2])
        {
            using var folder = new TemporaryFolder();
            DistillationOptions options = Options(Distillers.Named("ft"));
            (options.InitialEpochs, options.Epochs, options.CheckpointFolder, options.Milestones) = (1, epochs, folder.Path, [5]);
            using NetworkTransformer student = new DistillationEstimator(MLContext, teacher, options).Fit(Data);
            CollectionAssert.AreEqual(new[] { "paraphrase" }, student.History!.Epochs[0].Parts.Keys.ToArray());
            CollectionAssert.AreEqual(new[] { "ce", "ft" }, student.History.Epochs[^1].Parts.Keys.ToArray());
            Assert.AreEqual(0.01, student.History.Epochs[0].LearningRate);
            using Checkpoint checkpoint = new CheckpointFolder(folder.Path).ReadNewest(Assert.Fail)!;
            saved.Add(checkpoint.Tensors["objective.1_ft.paraphraser.encoder.0.weight"].bytes.ToArray());
            saved.Add(checkpoint.Tensors["objective.1_ft.translator.0.weight"].bytes.ToArray());
        }

        CollectionAssert.AreEqual(saved[0], saved[2]);
        CollectionAssert.AreNotEqual(saved[1], saved[3]);
    }

    [TestMethod]
    public void Fit_TrainedParts_AreInTheCheckpoint()
    {
        using var folder = new TemporaryFolder();
        using NetworkTeacher teacher = TrainTeacher();
        DistillationOptions options = Options(Distillers.Named("vid"), Distillers.Named("hint"));
        options.CheckpointFolder = folder.Path;
        new DistillationEstimator(MLContext, teacher, options).Fit(Data).Dispose();
        using Checkpoint checkpoint = new CheckpointFolder(folder.Path).ReadNewest(Assert.Fail)!;
        Assert.IsTrue(checkpoint.Tensors.Keys.Any(name => name.StartsWith("objective.1_vid.0.regressor", StringComparison.Ordinal)), string.Join('\n', checkpoint.Tensors.Keys));
        Assert.IsTrue(checkpoint.Tensors.ContainsKey("objective.2_hint.regress_s.conv.weight"));
        Assert.AreEqual("[1 vid, 100 hint]", checkpoint.Position.Run["Objectives"]);
    }

    [TestMethod]
    public void Fit_NothingToLearnAfterTheFirstPhase_SaysSo()
    {
        using NetworkTeacher teacher = TrainTeacher();
        DistillationOptions options = Options(Distillers.Named("ab"));
        options.LabelColumnName = null;
        string message = Assert.ThrowsExactly<ArgumentException>(() => new DistillationEstimator(MLContext, teacher, options).Fit(Data)).Message;
        StringAssert.Contains(message, "nothing is left to learn from: 'ab' only prepares the student");
    }

    [TestMethod]
    public void Create_NegativeWeightOrNothingToLearn_ListsTheFaults()
    {
        using NetworkTeacher teacher = TrainTeacher();
        DistillationOptions options = Options(Distillers.Named("at") with { Weight = -1 });
        options.CrossEntropyWeight = 0;
        string message = Assert.ThrowsExactly<ArgumentException>(() => new DistillationEstimator(MLContext, teacher, options)).Message;
        StringAssert.Contains(message, "- Objectives 'at' is -1: expected a weight of at least 0.");
        StringAssert.Contains(message, "- CrossEntropyWeight is 0: expected at least one objective or weight above 0.");
    }

    private static DistillationOptions Options(params WeightedObjective[] objectives) => new()
    {
        Student = "resnet8",
        Objectives = objectives,
        Epochs = 3,
        BatchSize = 16,
        CropPadding = 1,
        HorizontalFlip = false,
        Seed = 2,
    };

    private static NetworkTeacher TrainTeacher()
    {
        var options = new NetworkTrainingOptions { Network = "resnet8", Epochs = 2, BatchSize = 16, CropPadding = 0, HorizontalFlip = false, Seed = 1 };
        using NetworkTransformer model = new NetworkTrainingEstimator(MLContext, options).Fit(Data);
        return Teacher.FromModel(model);
    }

    /// <summary>Turns each example's features into the direction of the teacher's: <c>mean (1 - cosine)</c>.</summary>
    private sealed class DirectionObjective() : ComparingObjective("direction", Features)
    {
        protected internal override Tensor Compare(Tensor student, Tensor teacher, int pair, DistillationStep step) =>
            (1 - nn.functional.cosine_similarity(student, teacher, dim: 1)).mean();
    }
}
