using System.Reflection;
using System.Text.Json;
using WCoRD.MLNet.Cli.Studies;

namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed class RecipeTests
{
    private static readonly Recipe All = new()
    {
        Optimizer = OptimizerKind.AdamW,
        WeightDecay = 0.05,
        Schedule = ScheduleKind.Cosine,
        WarmupEpochs = 2,
        WeightAveraging = 0.99,
        Augmentation = AugmentationKind.RandomResizedCrop,
        ColorJitter = 0.3,
        MixUp = 0.2,
        LabelSmoothing = 0.1,
    };

    [TestMethod]
    public void ApplyTo_Given_SetsEveryOption()
    {
        NetworkTrainingOptions options = new(), defaults = new();
        new Recipe().ApplyTo(options);
        foreach (PropertyInfo property in typeof(Recipe).GetProperties())
        {
            PropertyInfo option = typeof(TrainingOptions).GetProperty(property.Name)!;
            Assert.AreEqual(option.GetValue(defaults), option.GetValue(options), property.Name);
        }

        All.ApplyTo(options);
        foreach (PropertyInfo property in typeof(Recipe).GetProperties())
        {
            Assert.AreEqual(property.GetValue(All), typeof(TrainingOptions).GetProperty(property.Name)!.GetValue(options), property.Name);
        }
    }

    [TestMethod]
    public void ToString_Given_TellsAllAndOtherwiseNothing()
    {
        Assert.AreEqual("", new Recipe().ToString());
        Assert.AreEqual(
            ", optimizer AdamW, weight decay 0.05, schedule Cosine, warm-up 2, averaging 0.99, augmentation RandomResizedCrop, jitter 0.3, mixup 0.2, smoothing 0.1",
            All.ToString());
    }

    [TestMethod]
    public async Task Teach_WithAllOfIt_SaysWhichEpochWasReturned()
    {
        using var folder = new TemporaryFolder();
        SampleImages.Write(folder.Path, 200, 100);
        string model = folder.File("model.zip");
        (int exitCode, string output, string errors) = await Tool.RunHereAsync(
            "teach", "--data", folder.Path, "--network", "resnet8", "--epochs", "3", "--learning-rate", "0.002", "--out", model, "--seed", "1", "--json",
            "--optimizer", "adamw", "--weight-decay", "0.05", "--schedule", "cosine", "--warmup-epochs", "1", "--weight-averaging", "0.9",
            "--augmentation", "randomresizedcrop", "--color-jitter", "0.3", "--mixup", "0.2", "--label-smoothing", "0.1",
            "--validation-fraction", "0.5", "--early-stopping", "1");
        Assert.AreEqual(0, exitCode, errors);
        JsonElement result = JsonDocument.Parse(output).RootElement;
        Assert.IsInRange(1, result.GetProperty("epochs").GetArrayLength(), result.GetProperty("returnedEpoch").GetInt32());

        IReadOnlyDictionary<string, string> run = NetworkTransformer.FindIn(new Microsoft.ML.MLContext().Model.Load(model, out _)).History!.Run;
        Assert.AreEqual("AdamW RandomResizedCrop 0.2 1", string.Join(' ', run["Optimizer"], run["Augmentation"], run["MixUp"], run["EarlyStoppingEpochs"]));
    }

    [TestMethod]
    public async Task Teach_EarlyStoppingWithoutValidation_IsRefused()
    {
        (int exitCode, _, string errors) = await Tool.RunHereAsync("teach", "--data", "x", "--out", "y.zip", "--early-stopping", "2");
        Assert.AreEqual(1, exitCode);
        StringAssert.Contains(errors, "EarlyStoppingEpochs is 2: expected 0 where nothing is validated");
    }
}
