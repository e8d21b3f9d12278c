namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed class TrainingOptionsTests
{
    [TestMethod]
    public void Defaults_AreThePapersRecipe()
    {
        var options = new NetworkTrainingOptions();
        Assert.AreEqual("Label", options.LabelColumnName);
        Assert.AreEqual("Pixels", options.InputColumnName);
        Assert.AreEqual("Score", options.ScoreColumnName);
        Assert.AreEqual("PredictedLabel", options.PredictedLabelColumnName);
        Assert.IsNull(options.FeaturesColumnName);
        Assert.IsNull(options.Normalization);
        Assert.AreEqual(240, options.Epochs);
        Assert.AreEqual(64, options.BatchSize);
        Assert.AreEqual(0.05, options.LearningRate);
        Assert.IsNull(options.Milestones);
        Assert.AreEqual(0.1, options.LearningRateDecay);
        Assert.AreEqual(0.9, options.Momentum);
        Assert.AreEqual((OptimizerKind.Sgd, false), (options.Optimizer, options.Nesterov));
        Assert.AreEqual((ScheduleKind.Steps, 0), (options.Schedule, options.WarmupEpochs));
        Assert.AreEqual((0, 0), (options.WeightAveraging, options.EarlyStoppingEpochs));
        Assert.AreEqual(0.0005, options.WeightDecay);
        Assert.AreEqual(4, options.CropPadding);
        Assert.IsTrue(options.HorizontalFlip);
        Assert.AreEqual(AugmentationKind.PaddedCrop, options.Augmentation);
        Assert.AreEqual((0, 0, 0), (options.ColorJitter, options.MixUp, options.LabelSmoothing));
        Assert.AreEqual(0, options.ValidationFraction);
        Assert.IsNull(options.Seed);
        Assert.AreEqual(128, options.ScoringBatchSize);
        Assert.IsNull(options.MaxGradientNorm);
        Assert.AreEqual(CancelBehavior.Throw, options.OnCancel);
        Assert.IsNull(options.CheckpointFolder);
        Assert.AreEqual(1, options.CheckpointEpochs);
        Assert.AreEqual(10, options.CheckpointMinutes);
        Assert.IsFalse(options.Resume);
        Assert.IsNull(options.Progress);
        Assert.IsNull(options.StepProgress);
        Assert.AreEqual("resnet20", options.Network);
    }

    [TestMethod]
    public void Validate_Defaults_Pass()
    {
        new NetworkTrainingOptions().Validate();
        new WcordDistillationOptions().Validate();
    }

    [TestMethod]
    public void Validate_NamesThatHideColumns_ListsAllAtOnce()
    {
        var options = new WcordDistillationOptions { ScoreColumnName = "Label", PredictedLabelColumnName = "Rgb", FeaturesColumnName = "Pixels", TeacherInputColumnName = "Rgb" };
        string[] lines = Faults(options);
        CollectionAssert.AreEqual(
            new[]
            {
                "- ScoreColumnName is 'Label': expected another name than LabelColumnName's, whose column it would hide.",
                "- PredictedLabelColumnName is 'Rgb': expected another name than TeacherInputColumnName's, whose column it would hide.",
                "- FeaturesColumnName is 'Pixels': expected another name than InputColumnName's, whose column it would hide.",
            },
            lines);
        CollectionAssert.AreEqual(
            new[]
            {
                "- PredictedLabelColumnName is 'Same': expected another name than ScoreColumnName's, whose column it would hide.",
                "- FeaturesColumnName is 'Same': expected another name than ScoreColumnName's, whose column it would hide.",
                "- FeaturesColumnName is 'Same': expected another name than PredictedLabelColumnName's, whose column it would hide.",
            },
            Faults(new NetworkTrainingOptions { ScoreColumnName = "Same", PredictedLabelColumnName = "Same", FeaturesColumnName = "Same" }));

        // Without labels no scores are added, but features are.
        var without = new DistillationOptions { LabelColumnName = null, SoftTargetWeight = 1, ScoreColumnName = "Pixels", InputColumnName = "Pixels", TeacherInputColumnName = "Pixels" };
        without.Validate();
        without.InputColumnName = "Features";
        CollectionAssert.AreEqual(new[] { "- FeaturesColumnName is 'Features': expected another name than InputColumnName's, whose column it would hide." }, Faults(without));
    }

    [TestMethod]
    public void Validate_ManyFaults_ListsAllAtOnce()
    {
        var options = new WcordDistillationOptions
        {
            Student = "resnet9",
            Epochs = 0,
            BatchSize = -1,
            LearningRate = double.NaN,
            Milestones = [5, 5],
            LocalWeight = -0.5,
            ContrastiveTemperature = 0,
            Negatives = -1,
            InputColumnName = "",
        };
        string message = Assert.ThrowsExactly<ArgumentException>(options.Validate).Message;
        string[] lines = message.ReplaceLineEndings("\n").Split('\n');
        Assert.AreEqual("WcordDistillationOptions has 9 fault(s):", lines[0]);
        CollectionAssert.AreEquivalent(
            new[]
            {
                "- InputColumnName is '': expected a column name.",
                "- Epochs is 0: expected at least 1.",
                "- BatchSize is -1: expected at least 1.",
                "- LearningRate is NaN: expected above 0.",
                "- Milestones is 5,5: expected ascending epochs, at least 1.",
                $"- Student is 'resnet9': expected one of {string.Join(", ", NetworkCatalog.Names)}.",
                "- LocalWeight is -0.5: expected at least 0.",
                "- ContrastiveTemperature is 0: expected above 0.",
                "- Negatives is -1: expected null or at least 0.",
            },
            lines[1..]);
    }

    [TestMethod]
    public void Validate_RecipesThatCannotBe_ListsAllAtOnce() => CollectionAssert.AreEqual(
        new[]
        {
            "- WarmupEpochs is 5: expected at least 0, and fewer than Epochs (5).",
            "- Milestones is 2: expected null with Schedule Cosine, which has none.",
            "- Nesterov is True: expected false with AdamW or Momentum 0: it is a way of SGD's momentum.",
            "- WeightAveraging is 1: expected in [0, 1).",
            "- EarlyStoppingEpochs is 3: expected 0 where nothing is validated: give a ValidationFraction or ValidationSet.",
        },
        Faults(new NetworkTrainingOptions
        {
            Optimizer = OptimizerKind.AdamW,
            Nesterov = true,
            Schedule = ScheduleKind.Cosine,
            Milestones = [2],
            Epochs = 5,
            WarmupEpochs = 5,
            WeightAveraging = 1,
            EarlyStoppingEpochs = 3,
        }));

    [TestMethod]
    public void Validate_ViewsThatCannotBe_ListsAllAtOnce()
    {
        var options = new WcordDistillationOptions
        {
            Augmentation = AugmentationKind.RandomResizedCrop,
            CropScale = 0,
            CropRatio = 0.5,
            ColorJitter = 0.2,
            MixUp = 0.2,
            LabelSmoothing = 1,
            TeacherViews = (TeacherViewsKind)9,
        };
        CollectionAssert.AreEqual(
            new[]
            {
                "- CropScale is 0: expected in (0, 1].",
                "- CropRatio is 0.5: expected at least 1.",
                "- LabelSmoothing is 1: expected in [0, 1).",
                "- TeacherViews is 9: expected Same, Own, Whole.",
                "- MixUp is 0.2: expected 0 where GlobalWeight is above 0: a mixture of two examples has no row of its own in the memory.",
            },
            Faults(options));
        CollectionAssert.AreEqual(
            new[] { "- ColorJitter is 2: expected in [0, 1].", "- ColorJitter is 2: expected 0 with Augmentation None." },
            Faults(new NetworkTrainingOptions { Augmentation = AugmentationKind.None, ColorJitter = 2 }));
        CollectionAssert.AreEqual(
            new[] { "- LabelSmoothing is 0.1: expected 0 where there is no cross-entropy (no LabelColumnName, or CrossEntropyWeight 0)." },
            Faults(new DistillationOptions { LabelSmoothing = 0.1, CrossEntropyWeight = 0, SoftTargetWeight = 1 }));
    }

    private static string[] Faults(TrainingOptions options) => Assert.ThrowsExactly<ArgumentException>(options.Validate).Message.ReplaceLineEndings("\n").Split('\n')[1..];
}
