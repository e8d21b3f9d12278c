using System.CommandLine;
using Microsoft.ML;
using WCoRD.MLNet.Cli.Experiments;
using WCoRD.MLNet.Cli.Models;
using WCoRD.MLNet.Cli.Output;

namespace WCoRD.MLNet.Cli.Commands;

/// <summary><c>wcord experiment</c>: the comparisons of docs/results.md, each with one command.</summary>
internal static class ExperimentCommand
{
    private const double LabelShare = 0.1;
    private const string DigitTeacher = "resnet20";
    private const int DigitTeacherEpochs = 10;

    private static readonly Option<string> TeacherFile = new("--teacher") { Description = "The teacher, which sees the whole picture: a model that wcord saved, PyTorch weights, or TorchScript, whose code is executed.", HelpName = "FILE.zip|FILE.safetensors|FILE.pth|FILE.pt", Required = true };
    private static readonly Option<string?> TeacherNetwork = new("--teacher-network") { Description = "The network of a teacher of PyTorch weights. Default: the one its file name names.", HelpName = "NAME" };
    private static readonly Option<string?> Student = new("--student") { Description = "The network of all students. Default: resnet8.", HelpName = "NAME" };
    private static readonly Option<int?> Epochs = NumberOptions.Whole("--epochs", "Passes over the training rows. Default: 10.", minimum: 1);
    private static readonly Option<string> Digits = new("--data") { Description = "Folder with fsdd_logmel32.bin and mnist-t10k (see data/README.md).", HelpName = "DIR", Required = true };

    public static Command Create() => new("experiment", "Compare students that see less than their teacher: alone, KD and WCoRD+KD on the same schedule, as a Markdown table.")
    {
        OfPictures("modalities", "The teacher sees colour pictures, one student their lightness alone, one their chrominance alone.", SupervisedTrials, new("luminance", null), new("chrominance", null)),
        OfPictures("no-labels", "The same without labels; then a linear probe on a tenth of the labels.", UnlabelledTrials, new("luminance", null), new("chrominance", null)),
        OfPictures("resolution", "The teacher sees 32 x 32 pixels, students 16 x 16 and 8 x 8.", SupervisedTrials, new("rgb", 16), new("rgb", 8)),
        OfDigits(),
    };

    private static IEnumerable<Trial> SupervisedTrials(StudentTrials trials, Setting setting, Teacher teacher) =>
        [trials.Alone(setting), trials.Kd(setting, teacher), trials.WcordKd(setting, teacher)];

    private static IEnumerable<Trial> UnlabelledTrials(StudentTrials trials, Setting setting, Teacher teacher) =>
    [
        trials.AloneWithShare(setting, LabelShare),
        trials.KdProbed(setting, teacher, LabelShare),
        trials.WcordProbed(setting, teacher, LabelShare),
        trials.WcordKdProbed(setting, teacher, LabelShare),
    ];

    private static Command OfPictures(string name, string description, Func<StudentTrials, Setting, Teacher, IEnumerable<Trial>> trialsOf, params Modality[] students)
    {
        var command = new Command(name, description) { CommonOptions.Data, CommonOptions.Limit, TeacherFile, TeacherNetwork, CommonOptions.Normalization };
        AddStudentOptions(command);
        command.SetAction((parsed, cancellationToken) => Task.FromResult(Run(parsed, cancellationToken)));
        return command;

        int Run(ParseResult parsed, CancellationToken cancellationToken)
        {
            var mlContext = new MLContext(seed: 1);
            using NetworkTeacher teacher = ModelFiles.LoadTeacher(mlContext, parsed.GetRequiredValue(TeacherFile), parsed.GetValue(TeacherNetwork), parsed.GetValue(CommonOptions.Normalization));
            Setting[] settings = PictureSettings.Of(mlContext, parsed.GetRequiredValue(CommonOptions.Data), parsed.GetValue(CommonOptions.Limit), students);
            StudentTrials trials = TrialsOf(parsed, mlContext, cancellationToken);
            using NetworkTransformer model = teacher.ToTransformer(mlContext, settings[0].Test.Schema);
            var ofTeacher = new Trial(Modality.Full.ToString(), $"teacher ({teacher.NetworkName})", Seeded: false, _ => Accuracy.Measure(mlContext, model, settings[0].Test));
            Report(parsed, [ofTeacher, .. settings.SelectMany(setting => trialsOf(trials, setting, teacher))]);
            return 0;
        }
    }

    private static Command OfDigits()
    {
        var command = new Command("digits", "Spoken and written digits, paired by class: the teacher sees pictures and the student sounds, and the other way round.") { Digits };
        AddStudentOptions(command);
        command.SetAction((parsed, cancellationToken) => Task.FromResult(RunDigits(parsed, cancellationToken)));
        return command;
    }

    private static int RunDigits(ParseResult parsed, CancellationToken cancellationToken)
    {
        var mlContext = new MLContext(seed: 1);
        StudentTrials trials = TrialsOf(parsed, mlContext, cancellationToken);
        int seed = SeedsOf(parsed)[0];
        var rows = new List<Trial>();
        foreach ((Setting student, Setting taught) in DigitSettings.Of(mlContext, parsed.GetRequiredValue(Digits), seed))
        {
            NetworkTransformer model = trials.FitAlone(taught, taught.Train, DigitTeacherEpochs, seed, DigitTeacher);
            rows.Add(new Trial(taught.Sees, $"teacher ({DigitTeacher})", Seeded: false, _ => Accuracy.Measure(mlContext, model, taught.Test)));
            rows.AddRange(SupervisedTrials(trials, student, Teacher.FromModel(model)));
        }

        Report(parsed, rows);
        return 0;
    }

    private static void AddStudentOptions(Command command)
    {
        foreach (Option option in (Option[])[Student, Epochs, CommonOptions.Seeds, DistillArguments.Critic, DistillArguments.Negatives, DistillArguments.TeacherPrecision, CommonOptions.Json])
        {
            command.Add(option);
        }
    }

    private static StudentTrials TrialsOf(ParseResult parsed, MLContext mlContext, CancellationToken cancellationToken) => new(
        mlContext,
        parsed.GetValue(Student) ?? "resnet8",
        EpochsOf(parsed),
        options =>
        {
            options.Critic = parsed.GetValue(DistillArguments.Critic) ?? options.Critic;
            options.Negatives = parsed.GetValue(DistillArguments.Negatives) ?? options.Negatives;
        },
        parsed.GetValue(DistillArguments.TeacherPrecision) ?? Precision.Float32,
        cancellationToken);

    private static int EpochsOf(ParseResult parsed) => parsed.GetValue(Epochs) ?? 10;

    private static int[] SeedsOf(ParseResult parsed) => CommonOptions.ListOrNull(parsed, CommonOptions.Seeds) ?? [1];

    private static void Report(ParseResult parsed, IEnumerable<Trial> trials)
    {
        var table = new ResultTable();
        foreach (Trial trial in trials)
        {
            foreach (int seed in trial.Seeded ? SeedsOf(parsed) : [0])
            {
                Accuracy accuracy = trial.Run(seed);
                table.Add(trial, trial.Seeded ? seed : null, accuracy);
                Console.Error.WriteLine(Invariant($"{trial.Sees}, {trial.Method}{(trial.Seeded ? Invariant($", seed {seed}") : "")}: top-1 {accuracy.Top1:F2} %"));
            }
        }

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
