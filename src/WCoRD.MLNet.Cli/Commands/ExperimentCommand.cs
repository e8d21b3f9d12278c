using System.CommandLine;
using Microsoft.ML;
using WCoRD.MLNet.Cli.Models;
using WCoRD.MLNet.Cli.Output;
using WCoRD.MLNet.Cli.Studies;
using WCoRD.MLNet.Cli.Studies.Views;

namespace WCoRD.MLNet.Cli.Commands;

/// <summary><c>wcord experiment</c>: the comparisons of docs/results.md, each with one command.</summary>
internal static class ExperimentCommand
{
    private const int UsualEpochs = 10;
    private const string UsualStudent = "resnet8";

    private static readonly Option<string> TeacherFile = new("--teacher")
    {
        Description = "The teacher, which sees the whole picture: "
            + "a model that wcord saved, PyTorch weights, or TorchScript, whose code is executed.",
        HelpName = "FILE.zip|FILE.safetensors|FILE.pth|FILE.pt",
        Required = true,
    };
    private static readonly Option<string?> TeacherNetwork = new("--teacher-network")
    {
        Description = "The network of a teacher of PyTorch weights. Default: the one its file name names.",
        HelpName = "NAME",
    };
    private static readonly Option<string?> Student = new("--student")
    {
        Description = "The network of all students. Default: resnet8.",
        HelpName = "NAME",
    };
    private static readonly Option<int?> Epochs = NumberOptions.Whole(
        "--epochs", "Passes over the training rows. Default: 10.", minimum: 1);
    private static readonly Option<string> Digits = new("--data")
    {
        Description = "Folder with fsdd_logmel32.bin and mnist-t10k (see data/README.md).",
        HelpName = "DIR",
        Required = true,
    };

    private static readonly Option<string?> Out = new("--out")
    {
        Description = "Folder that keeps each trial's result, and checkpoints until it is there: called again, the experiment goes on. "
            + "Default: nothing is kept.",
        HelpName = "DIR",
    };
    private static readonly Option<string> WrittenDigits = new("--data")
    {
        Description = "Folder with mnist-t10k (see data/README.md).",
        HelpName = "DIR",
        Required = true,
    };

    public static Command Create() => new(
        "experiment",
        "Compare students that see less than their teacher, or learn other classes, as a Markdown table: "
            + "the same network and schedule by each method.")
    {
        OfPictures(
            "modalities",
            "The teacher sees colour pictures, one student their lightness alone, one their chrominance alone.",
            labelled: true,
            new("luminance", null),
            new("chrominance", null)),
        OfPictures(
            "no-labels",
            "The same without labels; then a linear probe on a tenth of the labels.",
            labelled: false,
            new("luminance", null),
            new("chrominance", null)),
        OfPictures(
            "resolution", "The teacher sees 32 x 32 pixels, students 16 x 16 and 8 x 8.", labelled: true, new("rgb", 16), new("rgb", 8)),
        WithTeacher(
            "coarse-classes",
            "The teacher knows CIFAR-100's 100 classes, the student learns the 20 coarse ones: "
                + "alone, and by the teacher's features and maps.",
            [CommonOptions.Data, CommonOptions.Limit],
            (mlContext, study, trials, teacher) => ViewExperiments.OfOtherClasses(mlContext, study, trials, teacher, digits: false)),
        WithTeacher(
            "unrelated-classes",
            "The teacher knows other things than the 10 written digits, which the student learns from 300: "
                + "alone, and by the teacher's features and maps.",
            [WrittenDigits],
            (mlContext, study, trials, teacher) => ViewExperiments.OfOtherClasses(mlContext, study, trials, teacher, digits: true)),
        OfDigits(),
    };

    private static Command OfPictures(string name, string description, bool labelled, params Modality[] students) => WithTeacher(
        name,
        description,
        [CommonOptions.Data, CommonOptions.Limit],
        (mlContext, study, trials, teacher) => ViewExperiments.OfPictures(mlContext, study, trials, teacher, labelled, students));

    private static Command WithTeacher(
        string name, string description, Option[] data, Func<MLContext, Study, StudentTrials, NetworkTeacher, IEnumerable<Trial>> trials)
    {
        var command = new Command(name, description);
        foreach (Option option in (Option[])[.. data, TeacherFile, TeacherNetwork, CommonOptions.Normalization])
        {
            command.Add(option);
        }

        AddStudentOptions(command);
        command.SetAction((parsed, cancellationToken) => Task.FromResult(Run(parsed, cancellationToken)));
        return command;

        int Run(ParseResult parsed, CancellationToken cancellationToken)
        {
            var mlContext = new MLContext(seed: 1);
            Study study = StudyOf(parsed, (Option<string>)data[0]);
            using NetworkTeacher teacher = study.LoadNetworkTeacher(
                mlContext, parsed.GetRequiredValue(TeacherFile), parsed.GetValue(TeacherNetwork));
            TrialFolder? folder = FolderOf(parsed, study);
            Report(parsed, folder, trials(mlContext, study, TrialsOf(parsed, mlContext, study, folder, cancellationToken), teacher));
            return 0;
        }
    }

    private static Command OfDigits()
    {
        var command = new Command(
            "digits",
            "Spoken and written digits, paired by class: the teacher sees pictures and the student sounds, and the other way round.")
        {
            Digits,
        };
        AddStudentOptions(command);
        command.SetAction((parsed, cancellationToken) => Task.FromResult(RunDigits(parsed, cancellationToken)));
        return command;
    }

    private static int RunDigits(ParseResult parsed, CancellationToken cancellationToken)
    {
        var mlContext = new MLContext(seed: 1);
        Study study = StudyOf(parsed, Digits);
        TrialFolder? folder = FolderOf(parsed, study);
        StudentTrials trials = TrialsOf(parsed, mlContext, study, folder, cancellationToken);
        Report(parsed, folder, ViewExperiments.OfDigits(mlContext, study, trials, StudyArguments.SeedsOf(parsed)[0]));
        return 0;
    }

    private static void AddStudentOptions(Command command)
    {
        foreach (Option option in (Option[])
        [
            Student, Epochs, CommonOptions.Seeds, DistillArguments.Critic, DistillArguments.Negatives, DistillArguments.TeacherPrecision,
            Out, CommonOptions.Json,
        ])
        {
            command.Add(option);
        }
    }

    // These have a schedule of their own, which --epochs alone changes.
    private static Study StudyOf(ParseResult parsed, Option<string> data) =>
        StudyArguments.StudyOf(parsed, data) with { Schedule = new Schedule { Epochs = parsed.GetValue(Epochs) ?? UsualEpochs } };

    private static string StudentOf(ParseResult parsed) => parsed.GetValue(Student) ?? UsualStudent;

    private static StudentTrials TrialsOf(
        ParseResult parsed, MLContext mlContext, Study study, TrialFolder? folder, CancellationToken cancellationToken) =>
        new(mlContext, study, StudentOf(parsed), folder, cancellationToken);

    private static TrialFolder? FolderOf(ParseResult parsed, Study study)
    {
        if (parsed.GetValue(Out) is not { } folder)
        {
            return null;
        }

        string rows = study.Limit is { } limit ? Invariant($"{limit}") : "all";
        string teacher = parsed.GetValue(TeacherFile) is { } file
            ? $", teacher {Path.GetFileName(file)} in {study.TeacherPrecision ?? Precision.Float32}"
            : "";
        return new TrialFolder(
            new StudyFolder(folder),
            Invariant($"{parsed.CommandResult.Command.Name}, {StudentOf(parsed)}, {study.Schedule.Epochs} epochs, rows {rows}{teacher}, ")
                + Invariant($"{study.Critic}, negatives {study.Negatives}"));
    }

    private static void Report(ParseResult parsed, TrialFolder? folder, IEnumerable<Trial> trials)
    {
        TrialTable table = ViewExperiments.Run(trials, StudyArguments.SeedsOf(parsed), folder);
        if (parsed.GetValue(CommonOptions.Json))
        {
            JsonOutput.Write(new { Experiment = parsed.CommandResult.Command.Name, Rows = table.ToJson() });
        }
        else
        {
            Console.Write(table.ToMarkdown());
        }
    }
}
