using System.CommandLine;
using System.Diagnostics;
using Microsoft.ML;
using Spectre.Console;
using WCoRD.MLNet.Cli.Models;
using WCoRD.MLNet.Cli.Output;
using WCoRD.MLNet.Cli.Studies;

namespace WCoRD.MLNet.Cli.Commands;

/// <summary><c>wcord demo</c>: the whole way on made data, from images to the same predictions in a new process.</summary>
internal static class DemoCommand
{
    private const string TeacherNetwork = "resnet20";
    private const string StudentNetwork = "resnet8";
    private const int TrainCount = 4000;
    private const int TestCount = 1000;
    private const int TeacherEpochs = 6;
    private const int StudentEpochs = 5;
    // Half the usual batch: so few images need the steps.
    private const int BatchSize = 32;
    private const int ShownPredictions = 5;
    private const int Seed = 1;

    private static readonly Option<string?> Folder = new("--folder")
    {
        Description = "Where data and model are left. Default: wcord-demo in the folder for temporary files.",
        HelpName = "DIR",
    };

    public static Command Create()
    {
        var command = new Command(
            "demo", "On made data: train a teacher, a student alone and a WCoRD+KD student; compare, save, load in a new process, score.")
        {
            Folder,
        };
        command.SetAction((parsed, cancellationToken) => Task.FromResult(Run(parsed, cancellationToken)));
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken cancellationToken)
    {
        string folder = Path.GetFullPath(parsed.GetValue(Folder) ?? Path.Combine(Path.GetTempPath(), "wcord-demo"));
        string dataFolder = Path.Combine(folder, "data");
        SampleImages.Write(dataFolder, TrainCount, TestCount, Seed);
        Console.WriteLine(Invariant($"{TrainCount} training and {TestCount} held-out images in {dataFolder}"));

        var mlContext = new MLContext(Seed);
        IDataView train = mlContext.Data.LoadFromCifar100(dataFolder, Cifar100Split.Train);
        IDataView test = mlContext.Data.LoadFromCifar100(dataFolder, Cifar100Split.Test);

        using NetworkTransformer teacherModel = TrainAlone(
            mlContext, train, TeacherNetwork, $"teacher ({TeacherNetwork})", TeacherEpochs, cancellationToken);
        using NetworkTransformer alone = TrainAlone(
            mlContext, train, StudentNetwork, $"student alone ({StudentNetwork})", StudentEpochs, cancellationToken);
        using Teacher teacher = Teacher.FromModel(teacherModel);
        using NetworkTransformer student = Distill(mlContext, train, teacher, cancellationToken);

        var table = new Table().AddColumn("network").AddColumn("trained").AddColumn("top-1, held-out").AddColumn("top-5, held-out");
        AddRow(table, TeacherNetwork, "teacher", Accuracy.Measure(mlContext, teacherModel, test));
        AddRow(table, StudentNetwork, "alone", Accuracy.Measure(mlContext, alone, test));
        AddRow(table, StudentNetwork, "WCoRD+KD", Accuracy.Measure(mlContext, student, test));
        AnsiConsole.Write(table);

        string modelFile = Path.Combine(folder, "student.zip");
        ModelFiles.Save(mlContext, student, train.Schema, modelFile);
        Console.WriteLine($"student saved: {modelFile}");
        return CompareInNewProcess(student, test, dataFolder, modelFile) ? 0 : 1;
    }

    private static NetworkTransformer TrainAlone(
        MLContext mlContext, IDataView train, string network, string name, int epochs, CancellationToken cancellationToken)
    {
        var options = new NetworkTrainingOptions
        {
            Network = network,
            Epochs = epochs,
            BatchSize = BatchSize,
            Seed = Seed,
            CancellationToken = cancellationToken,
        };
        return TrainingDisplay.Run(
            mlContext, options, name, json: false, () => new NetworkTrainingEstimator(mlContext, options).Fit(train));
    }

    private static NetworkTransformer Distill(MLContext mlContext, IDataView train, Teacher teacher, CancellationToken cancellationToken)
    {
        var options = new WcordDistillationOptions
        {
            Student = StudentNetwork,
            Epochs = StudentEpochs,
            BatchSize = BatchSize,
            Seed = Seed,
            SoftTargetWeight = 1,
            CancellationToken = cancellationToken,
        };
        return TrainingDisplay.Run(
            mlContext,
            options,
            $"student, WCoRD+KD ({StudentNetwork})",
            json: false,
            () => new WcordDistillationEstimator(mlContext, teacher, options).Fit(train));
    }

    private static void AddRow(Table table, string network, string trained, Accuracy accuracy) =>
        table.AddRow(network, trained, Invariant($"{accuracy.Top1:F1} %"), Invariant($"{accuracy.Top5:F1} %"));

    /// <summary>Scores the held-out rows here and in a process that has only the saved model.</summary>
    private static bool CompareInNewProcess(NetworkTransformer student, IDataView test, string dataFolder, string modelFile)
    {
        string here = Path.Combine(Path.GetDirectoryName(modelFile)!, "predictions.csv");
        string there = Path.Combine(Path.GetDirectoryName(modelFile)!, "predictions-new-process.csv");
        File.Delete(there);
        Prediction[] predictions = [.. Prediction.Read(student.Transform(test))];
        _ = Prediction.WriteCsv(here, predictions);
        StartTool("score", "--model", modelFile, "--data", dataFolder, "--out", there);
        foreach (Prediction prediction in predictions.Take(ShownPredictions))
        {
            Console.WriteLine(prediction.ToString());
        }

        bool same = File.ReadAllText(here) == File.ReadAllText(there);
        if (same)
        {
            Console.WriteLine(Invariant($"The saved student gives the same {predictions.Length} predictions in a new process."));
        }
        else
        {
            Console.Error.WriteLine($"wcord demo: the saved student's predictions differ in a new process: compare {here} and {there}.");
        }

        return same;
    }

    private static void StartTool(params string[] arguments)
    {
        using Process process = Process.Start(RunProcess.Start(arguments))!;
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new CommandException(Invariant($"the new process ended with exit code {process.ExitCode}."));
        }
    }
}
