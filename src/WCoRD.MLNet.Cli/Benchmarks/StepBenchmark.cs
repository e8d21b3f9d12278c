using Microsoft.ML;
using static TorchSharp.torch;

namespace WCoRD.MLNet.Cli.Benchmarks;

/// <summary>
/// Times training steps of WCoRD+KD, or of a student alone, as users run them, through the estimator, and of the plain port.
/// </summary>
/// <param name="settings">Of what.</param>
internal sealed class StepBenchmark(StepSettings settings)
{
    /// <summary>The steps before those that are measured.</summary>
    public const int WarmUp = 3;

    // Set to 0, steps are not recorded.
    private const string RecordVariable = "WCORD_RECORD";

    /// <summary>Times this library.</summary>
    /// <returns>The steps, and the time in seconds that reading the rows took, and telling them from others.</returns>
    /// <remarks>On a GPU twice: its parts can only be told by waiting after each, which no recorded step does, its steps only without.</remarks>
    /// <param name="precision">What networks compute with.</param>
    /// <param name="storesViews">Whether the teacher's part is read, not computed.</param>
    public (StepTimes Times, double ReadSeconds, double HashSeconds) Time(Precision precision, bool storesViews = false)
    {
        (StepTimes times, double readSeconds, double hashSeconds) = Time(precision, storesViews, waits: false);
        return (settings.Gpu is null ? times : times with { Parts = Time(precision, storesViews, waits: true).Times.Parts }, readSeconds, hashSeconds);
    }

    private (StepTimes Times, double ReadSeconds, double HashSeconds) Time(Precision precision, bool storesViews, bool waits)
    {
        using var recorder = new ActivityRecorder(waits);
        string? records = Environment.GetEnvironmentVariable(RecordVariable);
        Environment.SetEnvironmentVariable(RecordVariable, waits ? "0" : records);
        Train(precision, storesViews);
        Environment.SetEnvironmentVariable(RecordVariable, records);
        StepTimes times = StepTimes.Of([.. recorder.Steps.Skip(WarmUp)]);

        // A GPU may still compute when a step's last part was handed to it: the time that all of them take is what counts.
        return (settings.Gpu is null ? times : times with { Step = recorder.MillisecondsSince(WarmUp) }, recorder.ReadSeconds, recorder.HashSeconds);
    }

    /// <summary>Trains until all steps are done.</summary>
    /// <param name="precision">What networks compute with.</param>
    /// <param name="storesViews">Whether the teacher's part is read, not computed.</param>
    /// <param name="communicator">The processes that train together; null: this one alone.</param>
    public void Train(Precision precision, bool storesViews, Communicator? communicator = null)
    {
        var mlContext = new MLContext(1) { GpuDeviceId = settings.Gpu, FallbackToCpu = false };
        using var images = new RandomImages(settings.Rows, settings.Side);
        using var stop = new CancellationTokenSource();

        // The catalog loads libtorch, wherever it is. Processes that train together need one teacher.
        NetworkCatalog.Create(settings.Student, RandomImages.Classes).Dispose();
        manual_seed(1);
        using NetworkTeacher? frozen = settings.Teacher is not { } teacher
            ? null
            : Teacher.FromNetwork(
                storesViews ? StandInTeacher.For(teacher, RandomImages.Classes) : NetworkCatalog.Create(teacher, RandomImages.Classes),
                InputNormalization.Cifar100);
        TrainingOptions options = frozen is null
            ? new NetworkTrainingOptions { Network = settings.Student }
            : new WcordDistillationOptions
            {
                Student = settings.Student,
                Negatives = settings.Negatives,
                SharedNegatives = settings.SharesNegatives,
                SoftTargetWeight = 1,
                StoredViews = storesViews ? 1 : 0,
            };
        (options.BatchSize, options.Epochs, options.Seed, options.Precision, options.Normalization) =
            (settings.Batch, 1 + ((WarmUp + settings.Steps) * settings.Batch / settings.Rows), 1, precision, InputNormalization.Cifar100);
        (options.CancellationToken, options.OnCancel, options.StepProgress, options.Communicator) =
            (stop.Token, CancelBehavior.ReturnModel, new Countdown(WarmUp + settings.Steps, stop.Cancel), communicator);
        IDataView data = images.Rows(mlContext);
        using NetworkTransformer model = options is WcordDistillationOptions distillation
            ? new WcordDistillationEstimator(mlContext, frozen!, distillation).Fit(data)
            : new NetworkTrainingEstimator(mlContext, (NetworkTrainingOptions)options).Fit(data);
    }

    /// <summary>Times the plain port.</summary>
    public StepTimes TimePlain()
    {
        ArgumentNullException.ThrowIfNull(settings.Teacher);
        Tensor images = randint(256, [settings.Rows, 3, settings.Side, settings.Side], ScalarType.Byte),
            labels = arange(settings.Rows, ScalarType.Int64) % RandomImages.Classes;
        using var plain = new PlainStep(
            NetworkCatalog.Create(settings.Teacher, RandomImages.Classes),
            NetworkCatalog.Create(settings.Student, RandomImages.Classes),
            images,
            labels,
            settings.Batch,
            settings.Negatives ?? 16_384);
        return StepTimes.Of(
        [
            .. Enumerable.Range(0, WarmUp + settings.Steps).Select(_ => plain.Run()).Skip(WarmUp).Select(parts => (parts.Values.Sum(), parts)),
        ]);
    }

    private sealed class Countdown(int count, Action reached) : IProgress<StepProgress>
    {
        private int _left = count;

        public void Report(StepProgress value)
        {
            if (!value.IsStoringView && --_left == 0)
            {
                reached();
            }
        }
    }
}
