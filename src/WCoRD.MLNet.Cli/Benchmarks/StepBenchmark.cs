using Microsoft.ML;
using static TorchSharp.torch;

namespace WCoRD.MLNet.Cli.Benchmarks;

/// <summary>
/// Times training steps of WCoRD+KD, or of a student alone, as users run them, through the estimator, and of the plain port.
/// </summary>
/// <param name="teacher">The teacher's network; null: the student learns alone.</param>
/// <param name="student">The student's network.</param>
/// <param name="rows">The training rows, with a bank row each.</param>
/// <param name="batch">Examples of a step.</param>
/// <param name="negatives">Negatives of an example; null: as many as CRD.</param>
/// <param name="sharesNegatives">Whether the examples of a step share them; in the plain port each has its own.</param>
/// <param name="steps">Steps measured, after a few that warm up.</param>
/// <param name="gpu">The number of the GPU to train on; null: the CPU. The plain port always takes the CPU.</param>
internal sealed class StepBenchmark(string? teacher, string student, int rows, int batch, int? negatives, bool sharesNegatives, int steps, int? gpu = null)
{
    private const int WarmUp = 3;

    /// <summary>Times this library.</summary>
    /// <returns>The steps, and the time in seconds that reading the rows took.</returns>
    /// <remarks>On a GPU twice: its parts can only be told by waiting after each, its steps only without.</remarks>
    /// <param name="precision">What networks compute with.</param>
    /// <param name="storesViews">Whether the teacher's part is read, not computed.</param>
    public (StepTimes Times, double ReadSeconds) Time(Precision precision, bool storesViews = false)
    {
        (StepTimes times, double readSeconds) = Time(precision, storesViews, waits: false);
        return (gpu is null ? times : times with { Parts = Time(precision, storesViews, waits: true).Times.Parts }, readSeconds);
    }

    private (StepTimes Times, double ReadSeconds) Time(Precision precision, bool storesViews, bool waits)
    {
        var mlContext = new MLContext(1) { GpuDeviceId = gpu, FallbackToCpu = false };
        using var images = new RandomImages(rows);
        using var recorder = new ActivityRecorder(waits);
        using var stop = new CancellationTokenSource();
        using NetworkTeacher? frozen = teacher is null
            ? null
            : Teacher.FromNetwork(
                storesViews ? StandInTeacher.For(teacher, RandomImages.Classes) : NetworkCatalog.Create(teacher, RandomImages.Classes),
                InputNormalization.Cifar100);
        TrainingOptions options = frozen is null
            ? new NetworkTrainingOptions { Network = student }
            : new WcordDistillationOptions
            {
                Student = student,
                Negatives = negatives,
                SharedNegatives = sharesNegatives,
                SoftTargetWeight = 1,
                StoredViews = storesViews ? 1 : 0,
            };
        (options.BatchSize, options.Epochs, options.Seed, options.Precision, options.Normalization) =
            (batch, 1 + ((WarmUp + steps) * batch / rows), 1, precision, InputNormalization.Cifar100);
        (options.CancellationToken, options.OnCancel, options.StepProgress) =
            (stop.Token, CancelBehavior.ReturnModel, new Countdown(WarmUp + steps, stop.Cancel));
        IDataView data = mlContext.Data.LoadFromCifar100(images.Folder, Cifar100Split.Train);
        using NetworkTransformer model = options is WcordDistillationOptions distillation
            ? new WcordDistillationEstimator(mlContext, frozen!, distillation).Fit(data)
            : new NetworkTrainingEstimator(mlContext, (NetworkTrainingOptions)options).Fit(data);
        StepTimes times = StepTimes.Of([.. recorder.Steps.Skip(WarmUp)]);

        // A GPU may still compute when a step's last part was handed to it: the time that all of them take is what counts.
        return (gpu is null ? times : times with { Step = recorder.MillisecondsSince(WarmUp) }, recorder.ReadSeconds);
    }

    /// <summary>Times the plain port.</summary>
    public StepTimes TimePlain()
    {
        ArgumentNullException.ThrowIfNull(teacher);
        Tensor images = randint(256, [rows, 3, RandomImages.Side, RandomImages.Side], ScalarType.Byte),
            labels = arange(rows, ScalarType.Int64) % RandomImages.Classes;
        using var plain = new PlainStep(
            NetworkCatalog.Create(teacher, RandomImages.Classes),
            NetworkCatalog.Create(student, RandomImages.Classes),
            images,
            labels,
            batch,
            negatives ?? 16_384);
        return StepTimes.Of(
        [
            .. Enumerable.Range(0, WarmUp + steps).Select(_ => plain.Run()).Skip(WarmUp).Select(parts => (parts.Values.Sum(), parts)),
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
