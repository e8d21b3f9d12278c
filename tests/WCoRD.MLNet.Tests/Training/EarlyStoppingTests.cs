using Microsoft.ML;

namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed class EarlyStoppingTests
{
    private static readonly MLContext MLContext = new(1);
    private static readonly IDataView Data = TinyImages.View(MLContext, 96);

    [TestMethod]
    [DataRow(0)]
    [DataRow(0.7)]
    public void Fit_NoBetterEpochForLong_EndsAndReturnsTheBest(double averaging)
    {
        NetworkTrainingOptions options = Options(averaging);
        (options.Epochs, options.EarlyStoppingEpochs) = (30, 3);
        using NetworkTransformer model = Fit(options);
        EpochMetrics[] epochs = [.. model.History!.Epochs];
        EpochMetrics best = epochs.First(epoch => epoch.ValidationAccuracy == epochs.Max(other => other.ValidationAccuracy));
        Assert.AreEqual(best.Epoch, model.History.ReturnedEpoch);
        Assert.HasCount(best.Epoch + 3, epochs);
        StringAssert.EndsWith(model.History.ToString(), $"the model is that of epoch {best.Epoch}, the best");
        StringAssert.Contains(model.Card.ToString(), "; the weights are those of this one");

        // A training of so many epochs gives that model.
        NetworkTrainingOptions shorter = Options(averaging);
        shorter.Epochs = best.Epoch;
        using NetworkTransformer expected = Fit(shorter);
        CollectionAssert.AreEqual(expected.Weights.ToArray(), model.Weights.ToArray());
        Assert.IsNull(expected.History!.ReturnedEpoch);
    }

    [TestMethod]
    public void Fit_Saved_KeepsTheEpochThatWasReturned()
    {
        NetworkTrainingOptions options = Options(0);
        (options.Epochs, options.EarlyStoppingEpochs) = (3, 1);
        using NetworkTransformer model = Fit(options);
        using var stream = new MemoryStream();
        MLContext.Model.Save(model, Data.Schema, stream);
        stream.Position = 0;
        var loaded = (NetworkTransformer)MLContext.Model.Load(stream, out _);
        Assert.IsNotNull(model.History!.ReturnedEpoch);
        Assert.AreEqual(model.History.ReturnedEpoch, loaded.History!.ReturnedEpoch);
    }

    [TestMethod]
    public void Fit_ResumedWhenItHadEndedEarly_TakesNoStep()
    {
        using var folder = new TemporaryFolder();
        NetworkTrainingOptions options = Options(0);
        (options.Epochs, options.EarlyStoppingEpochs, options.CheckpointFolder, options.CheckpointEpochs) = (30, 2, folder.Path, 100);
        using NetworkTransformer whole = Fit(options);
        options.Resume = true;
        options.StepProgress = new Immediate<StepProgress>(_ => Assert.Fail("a step"));
        using NetworkTransformer again = Fit(options);
        CollectionAssert.AreEqual(whole.Weights.ToArray(), again.Weights.ToArray());
        Assert.AreEqual(whole.History!.ReturnedEpoch, again.History!.ReturnedEpoch);
    }

    [TestMethod]
    public void Fit_FractionThatHoldsNoRowBack_IsRefused()
    {
        NetworkTrainingOptions options = Options(0);
        (options.EarlyStoppingEpochs, options.ValidationFraction) = (2, 0.01);
        StringAssert.StartsWith(
            Assert.ThrowsExactly<ArgumentException>(() => Fit(options)).Message,
            "EarlyStoppingEpochs is 2, but ValidationFraction (0.01) is less than half a row of every class");
    }

    private static NetworkTrainingOptions Options(double averaging) => new()
    {
        Network = "resnet8",
        Epochs = 2,
        BatchSize = 16,
        CropPadding = 1,
        HorizontalFlip = false,
        LearningRate = 0.02,
        Milestones = [100],
        ValidationFraction = 0.25,
        WeightAveraging = averaging,
        Seed = 3,
    };

    private static NetworkTransformer Fit(NetworkTrainingOptions options) => new NetworkTrainingEstimator(MLContext, options).Fit(Data);
}
