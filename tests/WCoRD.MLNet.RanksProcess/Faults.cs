using Microsoft.ML;
using WCoRD.MLNet.Tests;

namespace WCoRD.MLNet.RanksProcess;

/// <summary>Ranks that cannot train together.</summary>
internal static class Faults
{
    /// <summary>Lets rank 1 do something else than rank 0.</summary>
    /// <returns>What this rank is told.</returns>
    public static string Told(string name, Communicator ranks)
    {
        bool isOther = ranks.Rank == 1;
        var mlContext = new MLContext(seed: 1);
        int count = name == "few" ? 2 : isOther && name == "rows" ? 60 : 64;
        IDataView rows = TinyImages.View(mlContext, count, seed: isOther && name == "data" ? 2 : 1);
        using var stop = new CancellationTokenSource();
        var options = new NetworkTrainingOptions
        {
            Communicator = ranks,
            Network = "resnet8",
            BatchSize = isOther && name == "option" ? 8 : 16,
            Epochs = 2,
            Seed = isOther && name == "seed" ? 2 : 1,
            CancellationToken = stop.Token,
            LabelColumnName = isOther && name == "column" ? "Class" : "Label",
            CheckpointFolder = name == "disk" ? "/dev/null/none" : null,
        };
        int steps = 0;
        options.StepProgress = new Immediate(() =>
        {
            if (isOther && ++steps == 3 && name == "cancel")
            {
                stop.Cancel();
            }

            if (isOther && steps == 3 && name == "throw")
            {
                throw new InvalidOperationException("Rank 1 has had enough.");
            }
        });
        try
        {
            if (name == "teacher")
            {
                using NetworkTeacher teacher = Scenarios.Teacher(isOther ? 8u : 7u);
                var taught = new DistillationOptions { Communicator = ranks, SoftTargetWeight = 1, Student = "resnet8", Epochs = 1, Seed = 1 };
                using NetworkTransformer student = new DistillationEstimator(mlContext, teacher, taught).Fit(rows);
                return "trained";
            }

            using NetworkTransformer model = new NetworkTrainingEstimator(mlContext, options).Fit(rows);
            return "trained";
        }
        catch (Exception fault)
        {
            return $"{fault.GetType().Name} {fault.Message}";
        }
    }

    private sealed class Immediate(Action act) : IProgress<StepProgress>
    {
        public void Report(StepProgress value) => act();
    }
}
