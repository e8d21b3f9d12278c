using System.Globalization;
using Microsoft.ML;
using static TorchSharp.torch;

namespace WCoRD.MLNet.Tests;

/// <summary>A training that is stopped and goes on ends like one that was not.</summary>
[TestClass]
public sealed class ResumeTests
{
    private const int Rows = 72;
    private static readonly MLContext MLContext = new(1);
    private static readonly IDataView Data = TinyImages.View(MLContext, Rows);
    private readonly string _folder = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());

    [TestCleanup]
    public void RemoveFolder()
    {
        if (Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    [TestMethod]
    // 72 rows, of which 64 train: 4 steps an epoch, 12 in all.
    [DataRow(CriticForm.Nce, 20, TransportSolver.Ipot, 1)]
    [DataRow(CriticForm.Nce, 20, TransportSolver.Ipot, 6)]
    [DataRow(CriticForm.InfoNce, 0, TransportSolver.Sinkhorn, 4)]
    [DataRow(CriticForm.Dual, 20, TransportSolver.Sinkhorn, 11)]
    [DataRow(CriticForm.InfoNce, 0, TransportSolver.Ipot, 5, 24)]
    [DataRow(CriticForm.Nce, 20, TransportSolver.Ipot, 6, null, true)]
    public void Fit_StoppedAfterAnyStep_EndsBitForBitAsWithoutTheStop(CriticForm critic, int negatives, TransportSolver solver, int stopAfter, int? queueLength = null, bool sharedNegatives = false)
    {
        LongTest.RequireUnless(stopAfter is 6 or 11 or 5);
        using NetworkTeacher teacher = MakeTeacher();
        using NetworkTransformer gone = StopAndGoOn(options => Distill(teacher, options), Options, stopAfter);
        Assert.HasCount(3, gone.History!.Epochs);

        WcordDistillationOptions Options() => new()
        {
            Student = "resnet8",
            Epochs = 3,
            BatchSize = 16,
            ValidationFraction = 0.11,
            CropPadding = 1,
            Critic = critic,
            Negatives = negatives,
            SharedNegatives = sharedNegatives,
            TransportSolver = solver,
            EmbeddingSize = 8,
            QueueLength = queueLength,
            BankPrecision = queueLength is null ? Precision.Float32 : Precision.BFloat16,
            SoftTargetWeight = 1,
            MaxGradientNorm = 5,
            Seed = 3,
        };
    }

    [TestMethod]
    [DataRow("mobilenet_v3_small", Precision.Float32)]
    [DataRow("own-dropping", Precision.BFloat16)]
    public void Fit_NetworkWithDropoutStopped_EndsBitForBitAsWithoutTheStop(string network, Precision precision)
    {
        LongTest.RequireUnless(network == "own-dropping");
        NetworkCatalog.Register("own-dropping", (classes, channels) => new DroppingNetwork("own-dropping", classes, channels));
        StopAndGoOn(Fit, Options, stopAfter: 3).Dispose();

        NetworkTrainingOptions Options() => new() { Network = network, Epochs = 2, BatchSize = 36, CropPadding = 0, Precision = precision, Seed = 3 };
    }

    [TestMethod]
    // 5 steps an epoch: within the first phase, at its end, and within the main one.
    [DataRow("ab", 3)]
    [DataRow("ft", 10)]
    [DataRow("ft", 13)]
    public void Fit_StoppedInOrAfterAFirstPhase_EndsBitForBitAsWithoutTheStop(string distiller, int stopAfter)
    {
        LongTest.RequireUnless(stopAfter == 13);
        using NetworkTeacher teacher = MakeTeacher();
        StopAndGoOn(options => new DistillationEstimator(MLContext, teacher, options).Fit(Data), Options, stopAfter).Dispose();

        DistillationOptions Options() => new() { Student = "resnet8", Objectives = [Distillers.Named(distiller)], InitialEpochs = 2, Epochs = 2, BatchSize = 16, CropPadding = 1, Seed = 3 };
    }

    [TestMethod]
    // 5 steps an epoch: while the bank is filled, at its end, and after.
    [DataRow(3)]
    [DataRow(5)]
    [DataRow(8)]
    public void Fit_StoppedInOrAfterTheSeedingOfTheBank_EndsBitForBitAsWithoutTheStop(int stopAfter)
    {
        LongTest.RequireUnless(stopAfter == 5);
        using NetworkTeacher teacher = MakeTeacher();
        using NetworkTransformer gone = StopAndGoOn(options => Distill(teacher, options), Options, stopAfter);
        Assert.HasCount(3, gone.History!.Epochs);

        WcordDistillationOptions Options() => new() { Student = "resnet8", Epochs = 2, BatchSize = 16, EmbeddingSize = 8, SeedBank = true, Seed = 3 };
    }

    [TestMethod]
    // 4 steps an epoch: within the second, at its end, and in the last.
    [DataRow("AdamW", 6)]
    [DataRow("AdamW", 8)]
    [DataRow("Nesterov", 6)]
    [DataRow("Cosine", 3)]
    [DataRow("Cosine", 9)]
    [DataRow("Average", 6)]
    [DataRow("Average", 8)]
    [DataRow("AverageInBFloat16", 11)]
    [DataRow("EarlyStopping", 6)]
    [DataRow("EarlyStopping", 16)]
    [DataRow("AdamWAverageEarlyStopping", 14)]
    public void Fit_StoppedWithAnotherRecipe_EndsBitForBitAsWithoutTheStop(string recipe, int stopAfter)
    {
        LongTest.RequireUnless(stopAfter is 3 or 14);
        using NetworkTransformer gone = StopAndGoOn(Fit, Options, stopAfter);
        Assert.AreEqual(recipe.Contains("Early", StringComparison.Ordinal), gone.History!.ReturnedEpoch is not null);

        NetworkTrainingOptions Options()
        {
            NetworkTrainingOptions options = Alone(epochs: recipe.Contains("Early", StringComparison.Ordinal) ? 8 : 3);
            (options.Milestones, options.ValidationFraction) = (null, 0.11);
            options.Nesterov = recipe == "Nesterov";
            if (recipe.Contains("AdamW", StringComparison.Ordinal))
            {
                (options.Optimizer, options.LearningRate, options.WeightDecay) = (OptimizerKind.AdamW, 0.002, 0.05);
            }

            (options.Schedule, options.WarmupEpochs) = recipe == "Cosine" ? (ScheduleKind.Cosine, 1) : (ScheduleKind.Steps, 0);
            options.WeightAveraging = recipe.Contains("Average", StringComparison.Ordinal) ? 0.7 : 0;
            options.Precision = recipe.Contains("BFloat16", StringComparison.Ordinal) ? Precision.BFloat16 : Precision.Float32;
            options.EarlyStoppingEpochs = recipe.Contains("Early", StringComparison.Ordinal) ? 3 : 0;
            return options;
        }
    }

    [TestMethod]
    [DataRow(5)]
    [DataRow(7)]
    public void Fit_AdamWStoppedAtTheEndOfAFirstPhase_EndsBitForBitAsWithoutTheStop(int stopAfter)
    {
        using NetworkTeacher teacher = MakeTeacher();
        StopAndGoOn(options => new DistillationEstimator(MLContext, teacher, options).Fit(Data), Options, stopAfter).Dispose();

        DistillationOptions Options() => new()
        {
            Student = "resnet8",
            Objectives = [Distillers.Named("ab")],
            InitialEpochs = 1,
            Epochs = 1,
            BatchSize = 16,
            Optimizer = OptimizerKind.AdamW,
            LearningRate = 0.001,
            WeightAveraging = 0.7,
            Seed = 3,
        };
    }

    [TestMethod]
    [DataRow(TeacherViewsKind.Same)]
    [DataRow(TeacherViewsKind.Own)]
    public void Fit_StoppedWithinAnEpochOfDrawnViews_EndsBitForBitAsWithoutTheStop(TeacherViewsKind teacherViews)
    {
        using NetworkTeacher teacher = MakeTeacher();
        StopAndGoOn(options => Distill(teacher, options), Options, stopAfter: 7).Dispose();

        WcordDistillationOptions Options() => new()
        {
            Student = "resnet8",
            Epochs = 2,
            BatchSize = 16,
            GlobalWeight = 0,
            EmbeddingSize = 8,
            SoftTargetWeight = 1,
            Augmentation = AugmentationKind.RandomResizedCrop,
            TeacherViews = teacherViews,
            ColorJitter = 0.4,
            MixUp = 0.4,
            LabelSmoothing = 0.1,
            Seed = 3,
        };
    }

    [TestMethod]
    // 4 steps an epoch, and one call of the teacher for each of two views.
    [DataRow(TeacherViewsKind.Same, 3)]
    [DataRow(TeacherViewsKind.Same, 6)]
    [DataRow(TeacherViewsKind.Own, 9)]
    public void Fit_StoppedWithStoredViews_EndsBitForBitAsWithoutTheStop(TeacherViewsKind teacherViews, int stopAfter)
    {
        LongTest.RequireUnless(stopAfter == 9);
        using NetworkTeacher teacher = MakeTeacher();
        using NetworkTransformer gone = StopAndGoOn(options => Distill(teacher, options), Options, stopAfter);
        Assert.HasCount(3, gone.History!.Epochs);

        // What another training made, whatever its seed, is what this one would have made.
        WcordDistillationOptions other = Options();
        (other.Seed, other.StoredViewsFolder) = (4, Path.Combine(_folder, "views"));
        Distill(teacher, other).Dispose();
        WcordDistillationOptions shared = Options();
        shared.StoredViewsFolder = other.StoredViewsFolder;
        using NetworkTransformer reading = Distill(teacher, shared);
        AssertSame(gone, reading);

        WcordDistillationOptions Options() => new()
        {
            Student = "resnet8",
            Epochs = 3,
            BatchSize = 16,
            ValidationFraction = 0.11,
            EmbeddingSize = 8,
            SoftTargetWeight = 1,
            TeacherViews = teacherViews,
            ColorJitter = 0.4,
            StoredViews = 2,
            Seed = 3,
        };
    }

    [TestMethod]
    public void Fit_ResumedUnderAnotherCulture_EndsBitForBitAsUnderOne()
    {
        using NetworkTeacher teacher = MakeTeacher();
        using NetworkTransformer whole = Distill(teacher, Options());
        WcordDistillationOptions stopped = Saved(Options());
        StopAfter(stopped, 6);
        CultureInfo before = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        try
        {
            Assert.Throws<OperationCanceledException>(() => Distill(teacher, stopped));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }

        Assert.AreNotEqual(Invariant($"{0.5}"), 0.5.ToString(CultureInfo.CurrentCulture));
        WcordDistillationOptions resumed = Saved(Options());
        resumed.Resume = true;
        using NetworkTransformer gone = Distill(teacher, resumed);
        AssertSame(whole, gone);

        WcordDistillationOptions Options() => new() { Student = "resnet8", Epochs = 2, BatchSize = 16, EmbeddingSize = 8, LearningRate = 0.025, Milestones = [1], SoftTargetWeight = 0.5, Seed = 3 };
    }

    [TestMethod]
    public void Fit_ResumedWhenDone_GivesTheSameModelWithoutAStep()
    {
        using NetworkTransformer whole = Fit(Saved(Alone()));
        NetworkTrainingOptions again = Saved(Alone());
        again.Resume = true;
        again.StepProgress = new Immediate<StepProgress>(_ => Assert.Fail("a step"));
        using NetworkTransformer gone = Fit(again);
        AssertSame(whole, gone);
    }

    [TestMethod]
    public void Fit_ResumedWithMoreEpochs_GoesOnAsTheLongerRun()
    {
        NetworkTrainingOptions longer = Alone(epochs: 3);
        using NetworkTransformer whole = Fit(longer);
        Fit(Saved(Alone())).Dispose();
        longer = Saved(Alone(epochs: 3));
        longer.Resume = true;
        using NetworkTransformer gone = Fit(longer);
        CollectionAssert.AreEqual(whole.Weights.ToArray(), gone.Weights.ToArray());
        Assert.HasCount(3, gone.History!.Epochs);

        NetworkTrainingOptions shorter = Saved(Alone(epochs: 1));
        shorter.Resume = true;
        StringAssert.Contains(Assert.ThrowsExactly<InvalidOperationException>(() => Fit(shorter)).Message, "holds 3 epochs: expected as many or more");
    }

    [TestMethod]
    public void Fit_NothingToResume_Begins()
    {
        NetworkTrainingOptions options = Saved(Alone());
        options.Resume = true;
        using NetworkTransformer model = Fit(options);
        Assert.HasCount(2, model.History!.Epochs);
    }

    [TestMethod]
    public void Fit_FolderOfAnEarlierTraining_IsNotOverwritten()
    {
        Fit(Saved(Alone())).Dispose();
        string[] before = Directory.GetFiles(_folder);
        StringAssert.Contains(Assert.ThrowsExactly<InvalidOperationException>(() => Fit(Saved(Alone()))).Message, "set Resume to go on from it, or name another folder");
        CollectionAssert.AreEqual(before, Directory.GetFiles(_folder));
    }

    [TestMethod]
    public void Fit_OtherOptionsSeedOrData_SaysWhatDiffers()
    {
        Fit(Saved(Alone())).Dispose();
        NetworkTrainingOptions other = Saved(Alone());
        (other.Resume, other.LearningRate, other.Seed) = (true, 0.02, 4);
        string message = Assert.ThrowsExactly<InvalidOperationException>(() => new NetworkTrainingEstimator(MLContext, other).Fit(TinyImages.View(MLContext, Rows, seed: 2))).Message;
        StringAssert.Contains(message, "- LearningRate is 0.02, and was 0.05");
        StringAssert.Contains(message, "- Seed is 4, and was 3");
        StringAssert.Contains(message, "- data is 72 rows, SHA-256 ");
        Assert.HasCount(3, message.Split("\n- ")[1..], message);
    }

    [TestMethod]
    public void Fit_OtherTeacher_IsRefused()
    {
        var options = new WcordDistillationOptions { Student = "resnet8", Epochs = 1, BatchSize = 32, Seed = 3, EmbeddingSize = 8 };
        using (NetworkTeacher teacher = MakeTeacher())
        {
            Distill(teacher, Saved(options)).Dispose();
        }

        options.Resume = true;
        using NetworkTeacher other = MakeTeacher(seed: 2);
        string message = Assert.ThrowsExactly<InvalidOperationException>(() => Distill(other, options)).Message;
        Assert.HasCount(1, message.Split("\n- teacher is resnet8, SHA-256 ")[1..], message);
    }

    [TestMethod]
    public void Fit_NoSeedGiven_GoesOnWithTheCheckpoints()
    {
        NetworkTrainingOptions options = Saved(Alone());
        options.Seed = null;
        int seed = new NetworkTrainingEstimator(new MLContext(), options).Fit(Data).History!.Seed;
        options.Resume = true;
        Assert.AreEqual(seed, new NetworkTrainingEstimator(new MLContext(), options).Fit(Data).History!.Seed);
    }

    [TestMethod]
    public void Fit_NewestDamaged_GoesOnFromTheOneBefore()
    {
        using NetworkTransformer whole = Fit(Saved(Alone()));
        string newest = Directory.GetFiles(_folder).Order(StringComparer.Ordinal).Last();
        byte[] bytes = File.ReadAllBytes(newest);
        bytes[^1] ^= 1;
        File.WriteAllBytes(newest, bytes);
        var lines = new List<string>();
        var mlContext = new MLContext(1);
        mlContext.Log += (_, line) => lines.Add(line.Message);
        NetworkTrainingOptions resumed = Saved(Alone());
        resumed.Resume = true;
        using NetworkTransformer gone = new NetworkTrainingEstimator(mlContext, resumed).Fit(Data);
        AssertSame(whole, gone);
        Assert.IsTrue(lines.Any(line => line.Contains($"'{newest}' cannot be resumed from: its checksum is not that of its content", StringComparison.Ordinal)));
    }

    [TestMethod]
    public void Fit_CancelledWithReturnModel_GivesTheModelSoFar()
    {
        NetworkTrainingOptions options = Alone();
        options.OnCancel = CancelBehavior.ReturnModel;
        StopAfter(options, 6);
        using NetworkTransformer model = Fit(options);
        Assert.HasCount(1, model.History!.Epochs);
        NetworkTrainingOptions first = Alone();
        using NetworkTransformer fresh = Fit(first);
        CollectionAssert.AreNotEqual(fresh.Weights.ToArray(), model.Weights.ToArray());
        Assert.AreEqual(fresh.History!.Epochs[0].Loss, model.History.Epochs[0].Loss);
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void Fit_CancelledBeforeTheFirstStep_ThrowsWhateverIsChosen(bool rowsAreRead)
    {
        using NetworkTeacher teacher = Teacher.FromNetwork(NetworkCatalog.Create("resnet8", 4), InputNormalization.Cifar100);
        foreach (Func<MLContext, CancellationToken, NetworkTransformer> fit in (Func<MLContext, CancellationToken, NetworkTransformer>[])
        [
            (mlContext, token) => new NetworkTrainingEstimator(mlContext, With(Alone(), token)).Fit(Data),
            (mlContext, token) => new WcordDistillationEstimator(mlContext, teacher, With(new WcordDistillationOptions { Student = "resnet8", EmbeddingSize = 8 }, token)).Fit(Data),
            (mlContext, token) => new DistillationEstimator(mlContext, teacher, With(new DistillationOptions { Student = "resnet8", Objectives = [Distillers.Named("at")] }, token)).Fit(Data),
        ])
        {
            using var source = new CancellationTokenSource();
            var mlContext = new MLContext(1);
            mlContext.Log += (_, line) =>
            {
                // Said between the reading and the first step.
                if (line.Message.Contains("training rows", StringComparison.Ordinal))
                {
                    source.Cancel();
                }
            };
            if (!rowsAreRead)
            {
                source.Cancel();
            }

            Assert.ThrowsExactly<OperationCanceledException>(() => fit(mlContext, source.Token));
        }

        static T With<T>(T options, CancellationToken token)
            where T : TrainingOptions
        {
            (options.CancellationToken, options.OnCancel, options.Epochs) = (token, CancelBehavior.ReturnModel, 1);
            options.StepProgress = new Immediate<StepProgress>(_ => Assert.Fail("a step"));
            return options;
        }
    }

    private static NetworkTrainingOptions Alone(int epochs = 2) => new() { Network = "resnet8", Epochs = epochs, BatchSize = 16, CropPadding = 1, Milestones = [1], Seed = 3 };

    private T Saved<T>(T options)
        where T : TrainingOptions
    {
        options.CheckpointFolder = _folder;
        return options;
    }

    /// <summary>
    /// Trains in one go, and again with a stop after some steps, which must name its checkpoint. What goes on from there does the steps
    /// that were left, and must end with the same weights and metrics.
    /// </summary>
    private NetworkTransformer StopAndGoOn<T>(Func<T, NetworkTransformer> fit, Func<T> makeOptions, int stopAfter)
        where T : TrainingOptions
    {
        int steps = 0;
        T options = Counted();
        using NetworkTransformer whole = fit(options);
        int all = steps;

        options = Saved(makeOptions());
        StopAfter(options, stopAfter);
        string stop = Assert.Throws<OperationCanceledException>(() => fit(options)).Message;
        Assert.ContainsSingle(file => stop.Contains(file, StringComparison.Ordinal), Directory.GetFiles(_folder));

        steps = 0;
        options = Saved(Counted());
        options.Resume = true;
        NetworkTransformer gone = fit(options);
        Assert.AreEqual(all - stopAfter, steps);
        AssertSame(whole, gone);
        Assert.AreEqual(whole.History!.ReturnedEpoch, gone.History!.ReturnedEpoch);
        return gone;

        T Counted()
        {
            T counted = makeOptions();
            counted.StepProgress = new Immediate<StepProgress>(at => steps += at.IsStoringView ? 0 : 1);
            return counted;
        }
    }

    private static void StopAfter(TrainingOptions options, int steps)
    {
        var source = new CancellationTokenSource();
        options.CancellationToken = source.Token;
        int done = 0;
        options.StepProgress = new Immediate<StepProgress>(at =>
        {
            if (!at.IsStoringView && ++done == steps)
            {
                source.Cancel();
            }
        });
    }

    private static NetworkTransformer Fit(NetworkTrainingOptions options) => new NetworkTrainingEstimator(MLContext, options).Fit(Data);

    private static NetworkTransformer Distill(Teacher teacher, WcordDistillationOptions options) => new WcordDistillationEstimator(MLContext, teacher, options).Fit(Data);

    private static NetworkTeacher MakeTeacher(int seed = 1) =>
        NetworkTeacher.FromNetwork(NetworkCatalog.Create("resnet8", 4, 3, new TorchSharp.torch.Generator((ulong)seed)), new InputNormalization(1 / 255f, [0.5f, 0.5f, 0.5f], [0.25f, 0.25f, 0.25f]));

    /// <summary>A convolution whose map, as a whole or not, is dropped while it learns.</summary>
    private sealed class DroppingNetwork : FeatureNetwork
    {
        private readonly TorchSharp.Modules.Conv2d _convolution;
        private readonly SeededDropout _dropout = new(0.5, wholeExamples: true);
        private readonly TorchSharp.Modules.Linear _classifier;

        public DroppingNetwork(string name, int classes, int inputChannels)
            : base(name, classes, inputChannels)
        {
            _convolution = nn.Conv2d(inputChannels, 8, 3);
            _classifier = nn.Linear(8, classes);
            register_module("conv", _convolution);
            register_module("dropout", _dropout);
            register_module("fc", _classifier);
        }

        public override int FeatureSize => 8;

        public override NetworkOutput Compute(Tensor input)
        {
            using var scope = NewDisposeScope();
            Tensor map = _convolution.call(input).relu();
            Tensor features = _dropout.call(map).mean([2, 3]);
            return new NetworkOutput([map], features, _classifier.call(features)).MoveToOuterDisposeScope();
        }
    }

    private static void AssertSame(NetworkTransformer expected, NetworkTransformer found)
    {
        CollectionAssert.AreEqual(expected.Weights.ToArray(), found.Weights.ToArray());
        Assert.HasCount(expected.History!.Epochs.Count, found.History!.Epochs);
        foreach ((EpochMetrics first, EpochMetrics second) in expected.History.Epochs.Zip(found.History.Epochs))
        {
            MadeEpoch.AreEqualButInTime(first, second);
        }
    }
}
