using Microsoft.ML;
using static TorchSharp.torch;

namespace WCoRD.MLNet.Tests;

[TestClass]
[DoNotParallelize]
public sealed class StepReplayTests
{
    [TestMethod]
    [DataRow(CriticForm.Nce, false, 0, TeacherViewsKind.Same)]
    [DataRow(CriticForm.InfoNce, true, 0, TeacherViewsKind.Own)]
    [DataRow(CriticForm.Dual, true, 0, TeacherViewsKind.Whole)]
    [DataRow(CriticForm.InfoNce, false, 2, TeacherViewsKind.Same)]
    public void Training_Replayed_LearnsTheSame(CriticForm critic, bool sharesNegatives, int storedViews, TeacherViewsKind teacherViews)
    {
        var recorder = new Again();
        using NetworkTransformer plain = Learn(null), replayed = Learn(recorder);
        CollectionAssert.AreEqual(plain.Weights.ToArray(), replayed.Weights.ToArray());
        CollectionAssert.AreEqual(
            plain.History!.Epochs.Select(epoch => epoch.Loss).ToArray(), replayed.History!.Epochs.Select(epoch => epoch.Loss).ToArray());

        // Three epochs of four steps of 16 and one of 6. The first and the last of each are computed as ever, and one of the first epoch prepares.
        Assert.AreEqual((1, 3, 8), (recorder.Prepared, recorder.Recorded, recorder.Replayed));

        NetworkTransformer Learn(IRecorder? recorder)
        {
            var mlContext = new MLContext(1);
            using NetworkTeacher teacher = Teacher.FromNetwork(
                NetworkCatalog.Create("resnet8", 4, 3, new Generator(1)), new InputNormalization(1, [0, 0, 0], [255, 255, 255]));
            var wcord = new WcordDistillationOptions { Critic = critic, EmbeddingSize = 8, Negatives = 12, SharedNegatives = sharesNegatives };
            var options = new DistillationOptions
            {
                Student = "resnet8",
                Epochs = 3,
                BatchSize = 16,
                LabelSmoothing = 0.1,
                SoftTargetWeight = 1,
                Objectives = [new("wcord", 1, wcord.CreateObjective), Distillers.Named("dkd"), Distillers.Named("dist")],
                StoredViews = storedViews,
                TeacherViews = teacherViews,
                Seed = 1,
                Recorder = _ => recorder,
            };
            return new DistillationEstimator(mlContext, teacher, options).Fit(TinyImages.View(mlContext, 70));
        }
    }

    [TestMethod]
    public void Training_RecordedWhereMemoryIsShort_GoesOnAsEver()
    {
        var recorder = new Again { HasRoom = false };
        Train(new NetworkTrainingOptions { Network = "resnet8", Recorder = _ => recorder });
        Assert.AreEqual((0, 0, 0), (recorder.Prepared, recorder.Recorded, recorder.Replayed));
    }

    [TestMethod]
    public void Training_OfWhatCannotBeRecorded_AsksForNoRecorder()
    {
        // Blends of other shares in every step; dropout, which draws; bfloat16, whose weights are copied; a network that may do anything.
        var asked = new List<Device>();
        NetworkCatalog.Register("own-replay", (classes, channels) => new OwnNetwork("own-replay", classes, channels));
        Train(new NetworkTrainingOptions { Network = "own-replay", Recorder = Note });
        Train(new NetworkTrainingOptions { Network = "mobilenet_v3_small", InputShape = [3, 8, 8], Recorder = Note });
        Train(new NetworkTrainingOptions { Network = "resnet8", Precision = Precision.BFloat16, Recorder = Note });
        Assert.IsEmpty(asked);
        var recorder = new Again();
        Train(new NetworkTrainingOptions { Network = "resnet8", MixUp = 0.2, Recorder = _ => recorder });
        Assert.AreEqual(0, recorder.Recorded);

        IRecorder? Note(Device device)
        {
            asked.Add(device);
            return null;
        }
    }

    [TestMethod]
    public void Recorder_OnACpu_IsNone() => Assert.IsNull(CudaGraph.On(CPU));

    private static void Train(NetworkTrainingOptions options)
    {
        (options.Epochs, options.BatchSize, options.Seed) = (2, 16, 1);
        var mlContext = new MLContext(1);
        new NetworkTrainingEstimator(mlContext, options).Fit(TinyImages.View(mlContext, 48)).Dispose();
    }

    private sealed class OwnNetwork : FeatureNetwork
    {
        private readonly TorchSharp.Modules.Linear _classifier;

        public OwnNetwork(string name, int classes, int inputChannels)
            : base(name, classes, inputChannels)
        {
            _classifier = nn.Linear(FeatureSize, classes);
            RegisterComponents();
        }

        public override int FeatureSize => 3;

        public override NetworkOutput Compute(Tensor input)
        {
            using var scope = NewDisposeScope();
            Tensor features = input.mean([2L, 3L]);
            return new NetworkOutput([], features, _classifier.call(features)).MoveToOuterDisposeScope();
        }
    }

    /// <summary>Does recorded work once more.</summary>
    private sealed class Again : IRecorder
    {
        private Action? _work;

        public bool HasRoom { get; init; } = true;

        public int Prepared { get; private set; }

        public int Recorded { get; private set; }

        public int Replayed { get; private set; }

        public void Prepare(Action work)
        {
            Prepared++;
            work();
        }

        public void Record(Action work)
        {
            Recorded++;
            _work = work;
        }

        public void Together(Action first, Action second)
        {
            first();
            second();
        }

        public void Replay()
        {
            Replayed++;
            _work!();
        }

        public void Dispose() => _work = null;
    }
}
