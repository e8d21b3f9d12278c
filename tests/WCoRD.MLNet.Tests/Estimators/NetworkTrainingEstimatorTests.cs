using System.Reflection;
using Microsoft.ML;
using Microsoft.ML.Data;
using TorchSharp;

namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed class NetworkTrainingEstimatorTests
{
    private static NetworkTrainingOptions Options() => new()
    {
        Network = "resnet8",
        Epochs = 4,
        BatchSize = 16,
        CropPadding = 1,
        HorizontalFlip = false,
        Seed = 5,
    };

    [TestMethod]
    public void Fit_LearnableImages_ClassifiesHeldOutRows()
    {
        var mlContext = new MLContext(1);
        using NetworkTransformer model = new NetworkTrainingEstimator(mlContext, Options()).Fit(TinyImages.View(mlContext, 160));
        IDataView scored = model.Transform(TinyImages.View(mlContext, 40, seed: 2));
        Assert.IsTrue(mlContext.MulticlassClassification.Evaluate(scored).MicroAccuracy > 0.9);
    }

    [TestMethod]
    public void Fit_SameSeed_GivesTheSameScoresBitForBit()
    {
        float[][] first = ScoresOf(new MLContext(1), Options()), second = ScoresOf(new MLContext(2), Options());
        for (int i = 0; i < first.Length; i++)
        {
            CollectionAssert.AreEqual(first[i], second[i]);
        }
    }

    [TestMethod]
    public void Fit_SeedOfMLContext_DecidesWhereOptionsGiveNone()
    {
        NetworkTrainingOptions options = Options();
        options.Seed = null;
        options.Epochs = 1;
        CollectionAssert.AreEqual(ScoresOf(new MLContext(3), options)[0], ScoresOf(new MLContext(3), options)[0]);
        CollectionAssert.AreNotEqual(ScoresOf(new MLContext(3), options)[0], ScoresOf(new MLContext(4), options)[0]);
    }

    [TestMethod]
    public void Fit_LastBatchOfOne_Trains()
    {
        var mlContext = new MLContext(1);
        NetworkTrainingOptions options = Options();
        options.Epochs = 1;
        using NetworkTransformer model = new NetworkTrainingEstimator(mlContext, options).Fit(TinyImages.View(mlContext, 33));
        Assert.IsTrue(double.IsFinite(model.History!.Epochs[0].Loss));
    }

    [TestMethod]
    public void Fit_Metrics_ReachLogProgressAndHistory()
    {
        var mlContext = new MLContext(1);
        var lines = new List<string>();
        mlContext.Log += (_, message) => lines.Add(message.Message);
        var reported = new List<EpochMetrics>();
        var steps = new List<StepProgress>();
        NetworkTrainingOptions options = Options();
        options.Epochs = 2;
        options.ValidationFraction = 0.25;
        options.Progress = new Immediate<EpochMetrics>(reported.Add);
        options.StepProgress = new Immediate<StepProgress>(steps.Add);
        using NetworkTransformer model = new NetworkTrainingEstimator(mlContext, options).Fit(TinyImages.View(mlContext, 64));

        CollectionAssert.AreEqual(reported, model.History!.Epochs.ToArray());
        CollectionAssert.AreEqual(new[] { 1, 2 }, reported.Select(metrics => metrics.Epoch).ToArray());
        CollectionAssert.AreEqual(new[] { "ce" }, reported[0].Parts.Keys.ToArray());
        Assert.AreEqual(reported[0].Loss, reported[0].Parts["ce"], 1e-9);
        Assert.IsTrue(reported.All(metrics => metrics.ValidationAccuracy is >= 0 and <= 1));
        Assert.AreEqual(5, model.History.Seed);
        // 48 of 64 rows train: 3 steps an epoch.
        Assert.HasCount(6, steps);
        Assert.AreEqual(TimeSpan.Zero, steps[^1].Remaining);
        Assert.IsTrue(lines.Any(line => line.Contains("epoch 2/2: loss", StringComparison.Ordinal)), string.Join('\n', lines));
    }

    [TestMethod]
    public void Fit_ValidationSet_MeasuresEveryEpochOnItAndTrainsAsWithout()
    {
        var mlContext = new MLContext(1);
        IDataView train = TinyImages.View(mlContext, 64), held = TinyImages.View(mlContext, 40, seed: 2);
        NetworkTrainingOptions options = Options();
        options.Epochs = 2;
        using NetworkTransformer plain = new NetworkTrainingEstimator(mlContext, options).Fit(train);
        options.ValidationSet = held;
        using NetworkTransformer model = new NetworkTrainingEstimator(mlContext, options).Fit(train);
        CollectionAssert.AreEqual(plain.Weights.ToArray(), model.Weights.ToArray());
        Assert.IsNotNull(model.History!.Epochs[0].ValidationAccuracy);
        double expected = mlContext.MulticlassClassification.Evaluate(model.Transform(held)).MicroAccuracy;
        Assert.AreEqual(expected, model.History.Epochs[1].ValidationAccuracy!.Value, 1e-9);

        options.ValidationFraction = 0.1;
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => new NetworkTrainingEstimator(mlContext, options)).Message, "ValidationFraction is 0.1: expected 0 where ValidationSet is given");
    }

    [TestMethod]
    public void Fit_ValidationSetOfAnotherSize_SaysSo()
    {
        var mlContext = new MLContext(1);
        NetworkTrainingOptions options = Options();
        options.ValidationSet = mlContext.Transforms.DownsamplePixels("Pixels", "Pixels", 4, 4).Fit(TinyImages.View(mlContext, 8)).Transform(TinyImages.View(mlContext, 8));
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => new NetworkTrainingEstimator(mlContext, options).Fit(TinyImages.View(mlContext, 64))).Message, "ValidationSet has 'Pixels' of type");
    }

    [TestMethod]
    public void Fit_TokenCancelled_Stops()
    {
        var mlContext = new MLContext(1);
        using var source = new CancellationTokenSource();
        NetworkTrainingOptions options = Options();
        int steps = 0;
        options.CancellationToken = source.Token;
        options.StepProgress = new Immediate<StepProgress>(_ =>
        {
            if (++steps == 2)
            {
                source.Cancel();
            }
        });
        Assert.ThrowsExactly<OperationCanceledException>(() => new NetworkTrainingEstimator(mlContext, options).Fit(TinyImages.View(mlContext, 64)));
        Assert.AreEqual(2, steps);
    }

    [TestMethod]
    public void Fit_CancelExecution_Stops()
    {
        var mlContext = new MLContext(1);
        NetworkTrainingOptions options = Options();
        int steps = 0;
        options.StepProgress = new Immediate<StepProgress>(_ =>
        {
            if (++steps == 2)
            {
                // ML.NET keeps the method internal; AutoML calls it.
                typeof(MLContext).GetMethod("CancelExecution", BindingFlags.Instance | BindingFlags.NonPublic)!.Invoke(mlContext, null);
            }
        });
        Assert.Throws<OperationCanceledException>(() => new NetworkTrainingEstimator(mlContext, options).Fit(TinyImages.View(mlContext, 64)));
        Assert.AreEqual(2, steps);
    }

    [TestMethod]
    public void Fit_LossBecomesInfinite_NamesPartAndStep()
    {
        var mlContext = new MLContext(1);
        NetworkTrainingOptions options = Options();
        options.LearningRate = 1e30;
        string message = Assert.ThrowsExactly<InvalidOperationException>(() => new NetworkTrainingEstimator(mlContext, options).Fit(TinyImages.View(mlContext, 64))).Message;
        StringAssert.Contains(message, "'ce' is NaN in epoch 1, step ");
        StringAssert.Contains(message, "lower LearningRate");
    }

    [TestMethod]
    public void Fit_LossBecomesInfinite_NamesTheLastCheckpoint()
    {
        var mlContext = new MLContext(1);
        using var folder = new TemporaryFolder();
        NetworkTrainingOptions options = Options();
        (options.LearningRate, options.CheckpointFolder, options.CheckpointMinutes) = (1e18, folder.Path, 1e-9);
        string message = Assert.ThrowsExactly<InvalidOperationException>(() => new NetworkTrainingEstimator(mlContext, options).Fit(TinyImages.View(mlContext, 64))).Message;
        StringAssert.Contains(message, $"'{Directory.GetFiles(folder.Path).Order(StringComparer.Ordinal).Last()}' holds the training as it was before.");
    }

    [TestMethod]
    public void Fit_MaxGradientNorm_BoundsTheStep()
    {
        // Without momentum and decay a step is the gradient times the learning rate.
        var mlContext = new MLContext(1);
        NetworkTrainingOptions options = Options();
        (options.Epochs, options.BatchSize, options.Momentum, options.WeightDecay, options.LearningRate, options.MaxGradientNorm) = (1, 64, 0, 0, 2, 0.125);
        using NetworkTransformer model = new NetworkTrainingEstimator(mlContext, options).Fit(TinyImages.View(mlContext, 64));
        using var scope = torch.NewDisposeScope();
        using FeatureNetwork trained = model.CreateNetwork();
        using var generator = new RandomStreams(5).Torch("initial weights");
        using FeatureNetwork before = NetworkCatalog.Create("resnet8", 4, 3, generator);
        double squares = before.named_parameters().Zip(trained.named_parameters()).Sum(pair => (pair.First.parameter - pair.Second.parameter).square().sum().item<float>());
        Assert.AreEqual(2 * 0.125, Math.Sqrt(squares), 1e-4);
    }

    [TestMethod]
    public void Fit_LabelsThatTellNothing_WarnsOfChance()
    {
        var mlContext = new MLContext(1);
        var lines = new List<string>();
        mlContext.Log += (_, line) => lines.Add(line.Message);
        NetworkTrainingOptions options = Options();
        options.Epochs = 1;
        // So small a rate learns nothing.
        options.LearningRate = 1e-12;
        using NetworkTransformer model = new NetworkTrainingEstimator(mlContext, options).Fit(TinyImages.View(mlContext, 64));
        Assert.IsTrue(lines.Any(line => line.Contains("is that of chance (25.00", StringComparison.Ordinal)), string.Join('\n', lines));
        lines.Clear();
        new NetworkTrainingEstimator(mlContext, Options()).Fit(TinyImages.View(mlContext, 160)).Dispose();
        Assert.IsFalse(lines.Any(line => line.Contains("epoch 4: the accuracy", StringComparison.Ordinal)));
    }

    [TestMethod]
    public void Fit_FromStepTwoOn_LiveTensorsStayConstant()
    {
        var mlContext = new MLContext(1);
        var counts = new List<long>();
        NetworkTrainingOptions options = Options();
        options.StepProgress = new Immediate<StepProgress>(_ => counts.Add(DisposeScopeManager.Statistics.ThreadTotalLiveCount));
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        new NetworkTrainingEstimator(mlContext, options).Fit(TinyImages.View(mlContext, 70)).Dispose();
        Assert.AreEqual(1, counts.Skip(1).Distinct().Count(), string.Join(' ', counts));
        Assert.AreEqual(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [TestMethod]
    public void Fit_InputColumnAbsent_NamesOptionAndColumns() =>
        FitFails(data => data, options => options.InputColumnName = "Picture", "InputColumnName is 'Picture', but the data has no such column. It has: Pixels, Class, Id, Label.");

    [TestMethod]
    public void Fit_InputColumnOfText_NamesTypeFoundAndExpected() =>
        FitFails(data => data, options => options.InputColumnName = "Class", "InputColumnName is 'Class', a column of type String: expected Vector<Byte> or Vector<Single>");

    [TestMethod]
    public void Fit_InputNot3D_SaysSo()
    {
        var mlContext = new MLContext(1);
        IDataView flat = mlContext.Data.LoadFromEnumerable(new[] { new FlatRow(), new FlatRow() });
        flat = mlContext.Transforms.Conversion.MapValueToKey("Label", "Class").Fit(flat).Transform(flat);
        StringAssert.Contains(FitError(mlContext, flat, Options()), "which has 1 dimension(s): expected");
    }

    [TestMethod]
    public void Fit_InputOfUnknownSize_SaysSo()
    {
        var mlContext = new MLContext(1);
        IDataView rows = mlContext.Data.LoadFromEnumerable(new[] { new UnsizedRow(), new UnsizedRow() });
        rows = mlContext.Transforms.Conversion.MapValueToKey("Label", "Class").Fit(rows).Transform(rows);
        StringAssert.Contains(FitError(mlContext, rows, Options()), "of unknown size: expected");
    }

    [TestMethod]
    public void Fit_LabelNotKey_SaysWhatToDo() =>
        FitFails(data => data, options => options.LabelColumnName = "Id", "LabelColumnName is 'Id', a column of type Int32: expected a key with at least two classes; put Conversion.MapValueToKey before this stage");

    [TestMethod]
    public void Fit_OneClassOnly_IsRefused()
    {
        var mlContext = new MLContext(1);
        StringAssert.Contains(FitError(mlContext, TinyImages.View(mlContext, 8, classes: 1), Options()), "1 class(es): expected a key with at least two classes");
    }

    [TestMethod]
    public void Fit_OneClassLeftInRows_IsRefused()
    {
        var mlContext = new MLContext(1);
        IDataView first = mlContext.Data.TakeRows(TinyImages.View(mlContext, 8), 1);
        StringAssert.Contains(FitError(mlContext, first, Options()), "hold 1 class(es): expected at least 2");
    }

    [TestMethod]
    public void Fit_NoRows_IsRefused()
    {
        var mlContext = new MLContext(1);
        IDataView none = mlContext.Data.SkipRows(TinyImages.View(mlContext, 8), 8);
        StringAssert.Contains(FitError(mlContext, none, Options()), "no labelled rows");
    }

    [TestMethod]
    public void Fit_NaNPixel_NamesColumnAndRow()
    {
        var mlContext = new MLContext(1);
        var bad = new SingleRow { Class = "b" };
        bad.Pixels[7] = float.NaN;
        IDataView rows = mlContext.Data.LoadFromEnumerable(new[] { new SingleRow(), bad });
        rows = mlContext.Transforms.Conversion.MapValueToKey("Label", "Class").Fit(rows).Transform(rows);
        StringAssert.Contains(FitError(mlContext, rows, Options()), "Column 'Pixels' holds NaN at value 7 of row 1");
    }

    [TestMethod]
    public void GetOutputSchema_AgreesWithWhatTransformGives()
    {
        var mlContext = new MLContext(1);
        IDataView data = TinyImages.View(mlContext, 8);
        NetworkTrainingOptions options = Options();
        options.Epochs = 1;
        options.FeaturesColumnName = "Features";
        using var chain = mlContext.MulticlassClassification.Trainers.NetworkTraining(options)
            .Append(mlContext.Transforms.Conversion.MapKeyToValue("Predicted", "PredictedLabel")).Fit(data);
        DataViewSchema schema = chain.Transform(data).Schema;
        Assert.AreEqual(TextDataViewType.Instance, schema["Predicted"].Type);
        Assert.AreEqual(new VectorDataViewType(NumberDataViewType.Single, 64), schema["Features"].Type);
    }

    [TestMethod]
    public void CrossValidate_TwoFolds_Evaluates()
    {
        var mlContext = new MLContext(1);
        NetworkTrainingOptions options = Options();
        var folds = mlContext.MulticlassClassification.CrossValidate(TinyImages.View(mlContext, 120), new NetworkTrainingEstimator(mlContext, options), 2);
        Assert.HasCount(2, folds);
        Assert.IsTrue(folds.All(fold => fold.Metrics.MicroAccuracy > 0.5));
    }

    private static void FitFails(Func<IDataView, IDataView> prepare, Action<NetworkTrainingOptions> change, string expected)
    {
        var mlContext = new MLContext(1);
        NetworkTrainingOptions options = Options();
        change(options);
        StringAssert.Contains(FitError(mlContext, prepare(TinyImages.View(mlContext, 8)), options), expected);
    }

    private static string FitError(MLContext mlContext, IDataView data, NetworkTrainingOptions options) =>
        Assert.ThrowsExactly<ArgumentException>(() => new NetworkTrainingEstimator(mlContext, options).Fit(data)).Message;

    private static float[][] ScoresOf(MLContext mlContext, NetworkTrainingOptions options)
    {
        using NetworkTransformer model = new NetworkTrainingEstimator(mlContext, options).Fit(TinyImages.View(mlContext, 64));
        return [.. model.Transform(TinyImages.View(mlContext, 8, seed: 9)).GetColumn<float[]>("Score")];
    }

    private sealed class FlatRow
    {
        [VectorType(192)]
        public byte[] Pixels { get; set; } = new byte[192];

        public string Class { get; set; } = "a";
    }

    private sealed class UnsizedRow
    {
        public byte[] Pixels { get; set; } = new byte[192];

        public string Class { get; set; } = "a";
    }

    private sealed class SingleRow
    {
        [VectorType(3, 8, 8)]
        public float[] Pixels { get; set; } = new float[192];

        public string Class { get; set; } = "a";
    }
}
