using System.CommandLine;
using Microsoft.ML;
using WCoRD.MLNet.Cli.Commands;
using WCoRD.MLNet.Cli.Models;
using WCoRD.MLNet.Cli.Output;

namespace WCoRD.MLNet.Cli.Comparisons;

/// <summary>A pair's trainings: the teacher, then the methods, the most important first.</summary>
/// <param name="parsed">The command line, for data and schedule.</param>
/// <param name="folder">Where everything is kept.</param>
/// <param name="teacher">The teacher's network.</param>
/// <param name="student">The student's.</param>
/// <param name="seeds">Every method is repeated with each.</param>
internal sealed class Headline(ParseResult parsed, string folder, string teacher, string student, int[] seeds)
{
    private static readonly string[] Methods = ["wcord+kd", "wcord", "crd", "kd", MethodName.None];

    private string OwnTeacher => Path.Combine(folder, $"{teacher}.zip");

    /// <summary>Trains what is not there yet.</summary>
    /// <param name="teacherFile">A trained teacher; null: it is trained too.</param>
    /// <param name="cancellationToken">Stops; what is trained so far is kept.</param>
    public void Train(string? teacherFile, CancellationToken cancellationToken)
    {
        if (teacherFile is null && !File.Exists(OwnTeacher))
        {
            TrainTeacher(cancellationToken);
        }

        foreach (ComparedRun run in Runs(teacherFile).Where(run => ResultOf(run) is null))
        {
            new RunTraining(run, CompareCommand.SettingsOf(parsed, run), folder).Execute(parsed, options => CompareCommand.Schedule(parsed, options), cancellationToken);
        }
    }

    /// <summary>What is trained so far, beside the published numbers.</summary>
    public string Table(string? teacherFile)
    {
        ComparedRun[] runs = Runs(teacherFile);
        RunResult[] results = [.. runs.Select(ResultOf).OfType<RunResult>()];
        string file = runs[0].Pair.TeacherFile;
        string ofTeacher = File.Exists(file) ? Invariant($"{TeacherAccuracy(file):F2} %") : "not trained yet";
        string published = PublishedNumbers.Of(runs[0].Pair.Name)?.Value("teacher") ?? "-";
        return Invariant($"{ComparisonTable.ToMarkdown(results, besidePaper: true)}\nteacher {teacher}: {ofTeacher} (published: {published} %); {results.Length} of {runs.Length} runs are done\n");
    }

    private ComparedRun[] Runs(string? teacherFile)
    {
        var pair = new ComparedPair(teacherFile ?? OwnTeacher, student);
        return [.. from seed in seeds from method in Methods select new ComparedRun(pair, method, seed)];
    }

    private RunResult? ResultOf(ComparedRun run) => RunResult.LoadIfThere(Path.Combine(folder, run.Name + ".json"), CompareCommand.SettingsOf(parsed, run));

    private void TrainTeacher(CancellationToken cancellationToken)
    {
        MLContext mlContext = CommonOptions.Context(parsed, seeds[0]);
        string data = parsed.GetRequiredValue(CommonOptions.Data), checkpoints = Path.Combine(folder, "checkpoints", teacher);
        IDataView train = DataRows.Load(mlContext, data, Cifar100Split.Train, parsed.GetValue(CommonOptions.Limit));
        var options = new NetworkTrainingOptions
        {
            Network = teacher,
            Seed = seeds[0],
            ValidationSet = DataRows.Load(mlContext, data, Cifar100Split.Test, limit: null),
            CheckpointFolder = checkpoints,
            Resume = true,
            CancellationToken = cancellationToken,
        };
        CompareCommand.Schedule(parsed, options);
        using NetworkTransformer model = TrainingDisplay.Run(mlContext, options, $"teacher {teacher}", json: true, () => new NetworkTrainingEstimator(mlContext, options).Fit(train));
        ModelFiles.Save(mlContext, model, train.Schema, OwnTeacher);
        Directory.Delete(checkpoints, recursive: true);
    }

    private double TeacherAccuracy(string file)
    {
        MLContext mlContext = CommonOptions.Context(parsed, seeds[0]);
        IDataView test = DataRows.Load(mlContext, parsed.GetRequiredValue(CommonOptions.Data), Cifar100Split.Test, limit: null);
        using NetworkTeacher loaded = ModelFiles.LoadTeacher(mlContext, file, null, parsed.GetValue(CommonOptions.Normalization));
        using NetworkTransformer model = loaded.ToTransformer(mlContext, test.Schema);
        return Accuracy.Measure(mlContext, model, test).Top1;
    }
}
