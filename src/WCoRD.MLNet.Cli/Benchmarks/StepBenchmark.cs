using System.Diagnostics;
using Microsoft.ML;
using WCoRD.MLNet.Benchmarks;
using static TorchSharp.torch;

namespace WCoRD.MLNet.Cli.Benchmarks;

/// <summary>Times training steps of WCoRD+KD as users run them, through the estimator, and of the plain port.</summary>
/// <param name="teacher">The teacher's network.</param>
/// <param name="student">The student's network.</param>
/// <param name="rows">The training rows, with a bank row each.</param>
/// <param name="batch">Examples of a step.</param>
/// <param name="negatives">Negatives of an example.</param>
/// <param name="steps">Steps measured, after a few that warm up.</param>
internal sealed class StepBenchmark(string teacher, string student, int rows, int batch, int negatives, int steps)
{
    private const int WarmUp = 3;
    private const int Classes = 100;
    private const int Side = 32;

    /// <summary>Times this library.</summary>
    public StepTimes Time(Precision precision)
    {
        var measured = new List<(double, IReadOnlyDictionary<string, double>)>();
        OrderedDictionary<string, double> parts = [];
        using var stop = new CancellationTokenSource();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "WCoRD.MLNet",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity =>
            {
                if (activity.OperationName == "step")
                {
                    measured.Add((activity.Duration.TotalSeconds, parts));
                    parts = [];
                }
                else
                {
                    parts[activity.OperationName] = activity.Duration.TotalSeconds;
                }
            },
        };
        ActivitySource.AddActivityListener(listener);

        var mlContext = new MLContext(1);
        string folder = Directory.CreateTempSubdirectory("wcord-bench").FullName;
        try
        {
            WriteImages(Path.Combine(folder, "train.bin"));
            using NetworkTeacher frozen = Teacher.FromNetwork(NetworkCatalog.Create(teacher, Classes), InputNormalization.Cifar100);
            var options = new WcordDistillationOptions
            {
                Student = student,
                BatchSize = batch,
                Negatives = negatives,
                SoftTargetWeight = 1,
                Epochs = 1,
                Seed = 1,
                Precision = precision,
                Normalization = InputNormalization.Cifar100,
                CancellationToken = stop.Token,
                OnCancel = CancelBehavior.ReturnModel,
                StepProgress = new Counter(() => stop.Cancel(), WarmUp + steps),
            };
            using NetworkTransformer model = new WcordDistillationEstimator(mlContext, frozen, options).Fit(mlContext.Data.LoadFromCifar100(folder, Cifar100Split.Train));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        return StepTimes.Of(measured[WarmUp..]);
    }

    /// <summary>Times the plain port.</summary>
    public StepTimes TimePlain()
    {
        using var plain = new PlainStep(
            NetworkCatalog.Create(teacher, Classes), NetworkCatalog.Create(student, Classes), randint(256, [rows, 3, Side, Side], ScalarType.Byte), arange(rows, ScalarType.Int64) % Classes, batch, negatives);
        var measured = new List<(double, IReadOnlyDictionary<string, double>)>();
        for (int step = 0; step < WarmUp + steps; step++)
        {
            IReadOnlyDictionary<string, double> parts = plain.Run();
            measured.Add((parts.Values.Sum(), parts));
        }

        return StepTimes.Of(measured[WarmUp..]);
    }

    private void WriteImages(string path)
    {
        var random = new Random(1);
        byte[] row = new byte[2 + (3 * Side * Side)];
        using var file = new BufferedStream(File.Create(path), 1 << 20);
        for (int i = 0; i < rows; i++)
        {
            random.NextBytes(row);
            (row[0], row[1]) = ((byte)(i % 20), (byte)(i % Classes));
            file.Write(row);
        }
    }

    private sealed class Counter(Action reached, int count) : IProgress<StepProgress>
    {
        private int _left = count;

        public void Report(StepProgress value)
        {
            if (--_left == 0)
            {
                reached();
            }
        }
    }
}
