using WCoRD.MLNet.Cli.Models;

namespace WCoRD.MLNet.Cli.Studies;

/// <summary>Trains and measures one run of a study.</summary>
internal sealed class RunTraining(Study study, StudyRun run, StudyFolder folder)
{
    /// <summary>Trains, or goes on from the run's checkpoints, and saves model and result.</summary>
    public void Execute(CancellationToken cancellationToken)
    {
        var training = new StudyTraining(study, folder, run.Name, run.Seed);
        TrainingOptions options = study.CreateOptions(run.Method, run.Pair.Student);
        using NetworkTransformer model = training.Fit(
            run.Name,
            options,
            run.Method.IsAlone ? null : mlContext => study.LoadTeacher(mlContext, run.Pair.TeacherFile),
            cancellationToken);
        RunResult result = Measure(model.History!, options.BatchSize, training.Measure(model));
        training.Save(model);
        folder.Save(run, result);

        // The model and the result are there; what was kept to go on is not needed any more.
        folder.Forget(run.Name);
    }

    private RunResult Measure(TrainingHistory history, int batchSize, Accuracy accuracy)
    {
        EpochMetrics[] epochs = [.. history.Epochs.Where(epoch => epoch.ValidationAccuracy is not null)];
        double[] seconds = [.. epochs.Select(epoch => epoch.Seconds).Order()];
        // A single row that is left over makes no step of its own.
        int rows = (int)Math.Round(epochs[0].ExamplesPerSecond * epochs[0].Seconds);
        int steps = Math.Max(1, (rows / batchSize) + (rows % batchSize > 1 ? 1 : 0));
        return new RunResult(
            run.SettingsIn(study),
            run.Method.ToString(),
            run.Pair.Name,
            run.Seed,
            [.. epochs.Select(epoch => Math.Round(100 * epoch.ValidationAccuracy!.Value, 4))],
            accuracy.Top5,
            Math.Round(1000 * seconds[seconds.Length / 2] / steps, 2),
            Math.Round(history.Epochs.Sum(epoch => epoch.Seconds) / 60, 2),
            ProcessMemory.PeakMegabytes());
    }
}
