using Microsoft.ML;
using WCoRD.MLNet.Cli.Commands;
using WCoRD.MLNet.Cli.Models;
using WCoRD.MLNet.Cli.Output;

namespace WCoRD.MLNet.Cli.Comparisons;

/// <summary>Trains and measures one run, in a process of its own, so that its memory is its own.</summary>
internal sealed class RunTraining(ComparedRun run, string settings, string folder)
{
    /// <summary>Trains, or goes on from the run's checkpoints, and saves the result.</summary>
    /// <param name="parsed">The command line, for data and schedule.</param>
    /// <param name="schedule">Sets epochs, batch size and the like.</param>
    /// <param name="cancellationToken">Stops the training.</param>
    public void Execute(System.CommandLine.ParseResult parsed, Action<TrainingOptions> schedule, CancellationToken cancellationToken)
    {
        MLContext mlContext = CommonOptions.Context(parsed, run.Seed);
        string data = parsed.GetRequiredValue(CommonOptions.Data);
        IDataView train = DataRows.Load(mlContext, data, Cifar100Split.Train, parsed.GetValue(CommonOptions.Limit));
        IDataView test = DataRows.Load(mlContext, data, Cifar100Split.Test, limit: null);
        TrainingOptions options = run.Method == MethodName.None ? new NetworkTrainingOptions { Network = run.Pair.Student } : Distillation(parsed);
        schedule(options);
        options.Seed = run.Seed;
        options.ValidationSet = test;
        options.CancellationToken = cancellationToken;
        (options.CheckpointFolder, options.Resume) = (Path.Combine(folder, "checkpoints", run.Name), true);
        using Teacher? teacher = run.Method == MethodName.None ? null : ModelFiles.LoadTeacher(mlContext, run.Pair.TeacherFile, null, parsed.GetValue(CommonOptions.Normalization));
        using NetworkTransformer model = TrainingDisplay.Run(mlContext, options, run.Name, json: true, () => Estimator(mlContext, teacher, options).Fit(train));
        EpochMetrics[] epochs = [.. model.History!.Epochs.Where(epoch => epoch.ValidationAccuracy is not null)];
        double[] seconds = [.. epochs.Select(epoch => epoch.Seconds).Order()];
        // A single row that is left over makes no step of its own.
        int rows = (int)Math.Round(epochs[0].ExamplesPerSecond * epochs[0].Seconds);
        int steps = Math.Max(1, (rows / options.BatchSize) + (rows % options.BatchSize > 1 ? 1 : 0));
        var result = new RunResult(
            settings,
            run.Method,
            run.Pair.Name,
            run.Seed,
            [.. epochs.Select(epoch => Math.Round(100 * epoch.ValidationAccuracy!.Value, 4))],
            Accuracy.Measure(mlContext, model, test).Top5,
            Math.Round(1000 * seconds[seconds.Length / 2] / steps, 2),
            Math.Round(model.History.Epochs.Sum(epoch => epoch.Seconds) / 60, 2),
            ProcessMemory.PeakMegabytes());
        ModelFiles.Save(mlContext, model, train.Schema, Path.Combine(folder, run.Name + ".zip"));
        result.Save(Path.Combine(folder, run.Name + ".json"));

        // The model and the result are there; what was kept to go on is not needed any more.
        Directory.Delete(options.CheckpointFolder, recursive: true);
    }

    private static IEstimator<NetworkTransformer> Estimator(MLContext mlContext, Teacher? teacher, TrainingOptions options) => options switch
    {
        WcordDistillationOptions wcord => new WcordDistillationEstimator(mlContext, teacher!, wcord),
        DistillationOptions distiller => new DistillationEstimator(mlContext, teacher!, distiller),
        _ => new NetworkTrainingEstimator(mlContext, (NetworkTrainingOptions)options),
    };

    private StudentTrainingOptions Distillation(System.CommandLine.ParseResult parsed)
    {
        StudentTrainingOptions options = DistillArguments.MakeCompared(parsed, run.Method);
        options.Student = run.Pair.Student;
        return options;
    }
}
