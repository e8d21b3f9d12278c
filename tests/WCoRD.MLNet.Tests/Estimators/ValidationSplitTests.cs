using Microsoft.ML;

namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed class ValidationSplitTests
{
    private readonly MLContext _mlContext = new(1);
    private readonly List<string> _warnings = [];

    public ValidationSplitTests() => _mlContext.Log += (_, log) =>
    {
        if (log.Kind == Microsoft.ML.Runtime.ChannelMessageKind.Warning)
        {
            _warnings.Add(log.RawMessage);
        }
    };

    private NetworkTransformer Fit(double fraction, IDataView data) =>
        new NetworkTrainingEstimator(_mlContext, new NetworkTrainingOptions { Network = "resnet8", Epochs = 1, BatchSize = 16, Seed = 1, ValidationFraction = fraction }).Fit(data);

    [TestMethod]
    public void Fit_FractionTakesEveryRow_IsAnError() => StringAssert.Contains(
        Assert.ThrowsExactly<ArgumentException>(() => Fit(0.96, TinyImages.View(_mlContext, 48))).Message,
        "The 0 labelled row(s) of column 'Label' to learn from hold 0 class(es): expected at least 2. ValidationFraction (0.96) holds 48 row(s) back: lower it.");

    [TestMethod]
    public void Fit_FractionTakesNoRow_Warns()
    {
        using NetworkTransformer model = Fit(0.04, TinyImages.View(_mlContext, 48));
        Assert.IsNull(model.History!.Epochs[0].ValidationAccuracy);
        Assert.IsTrue(_warnings.Any(warning => warning.Contains("ValidationFraction is 0.04, which is less than half a row of every class: no row is held back", StringComparison.Ordinal)));
    }

    [TestMethod]
    public void Fit_FractionTakesAWholeClass_NamesIt()
    {
        TinyImages.Row[] rows = [.. TinyImages.Rows(41).Where(row => row.Class != TinyImages.Name(3) || row.Id < 4)];
        using NetworkTransformer model = Fit(0.6, TinyImages.View(_mlContext, rows));
        Assert.IsTrue(_warnings.Any(warning => warning.Contains("ValidationFraction (0.6) holds every row back of 1 class(es), which the network cannot learn: 'class 3'", StringComparison.Ordinal)));
    }

    [TestMethod]
    public void Fit_FractionLeavesAllClasses_DoesNotWarnOfIt()
    {
        using NetworkTransformer model = Fit(0.25, TinyImages.View(_mlContext, 48));
        Assert.IsNotNull(model.History!.Epochs[0].ValidationAccuracy);
        Assert.IsFalse(_warnings.Any(warning => warning.Contains("ValidationFraction", StringComparison.Ordinal)));
    }
}
