using System.CommandLine;
using Microsoft.ML;
using WCoRD.MLNet.Cli.Models;
using WCoRD.MLNet.Cli.Studies;

namespace WCoRD.MLNet.Cli.Commands;

/// <summary><c>wcord distill</c>: trains a student with the help of a teacher.</summary>
internal static class DistillCommand
{
    private static readonly Option<string?> Student = new("--student", "--network")
    {
        Description = "The network to train. Default: resnet20.",
        HelpName = "NAME",
    };
    private static readonly Option<string?> TeacherFile = new("--teacher")
    {
        Description = "The teacher: a model that wcord saved, PyTorch weights, an ONNX model, or TorchScript, whose code is executed.",
        HelpName = "FILE.zip|FILE.safetensors|FILE.pth|FILE.onnx|FILE.pt",
    };
    private static readonly Option<string?> TeacherNetwork = new("--teacher-network")
    {
        Description = "The network of a teacher of PyTorch weights. Default: the one its file name names.",
        HelpName = "NAME",
    };

    private static readonly Option<string?> TeacherScores = new("--teacher-scores")
    {
        Description = "The tensor of an ONNX teacher that is its scores. Default: the one output of as many numbers as there are classes.",
        HelpName = "NAME",
    };
    private static readonly Option<string?> TeacherFeatures = new("--teacher-features")
    {
        Description = "The tensor of an ONNX teacher that is its features, or maps, which are averaged. Default: its one other output.",
        HelpName = "NAME",
    };

    private static readonly Option<string?> Modalities = new("--modalities")
    {
        Description = $"What teacher and student see, each {Modality.Grammar}. Default: rgb:rgb.",
        HelpName = "TEACHER:STUDENT",
    };

    private static readonly Option<string?> TeacherInput = new("--teacher-input")
    {
        Description = "The column that the teacher reads, where it is not that of --modalities.",
        HelpName = "COLUMN",
    };
    private static readonly Option<bool> NoLabels = new("--no-labels")
    {
        Description = "Learn from the teacher alone: the model adds features, no classes.",
    };
    private static readonly Option<double?> ProbeShare = NumberOptions.Number(
        "--probe",
        "After the training, teach a linear classifier the classes by this share of the labels, in (0, 1]; it is saved with the model.",
        "SHARE",
        atMost: 1,
        unit: "a share of the labels");

    public static Command Create()
    {
        var command = new Command("distill", "Train a student network with the help of a teacher.")
        {
            Student, TeacherFile, TeacherNetwork, CommonOptions.Normalization, TeacherScores, TeacherFeatures,
            Modalities, TeacherInput, NoLabels, ProbeShare,
        };
        DistillArguments.AddTo(command);
        TrainingArguments.AddTo(command);
        command.SetAction((parsed, cancellationToken) => Task.FromResult(Run(parsed, cancellationToken)));
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken cancellationToken)
    {
        string method = parsed.GetValue(DistillArguments.MethodOption)!;
        string? teacherFile = parsed.GetValue(TeacherFile);
        if (method == Method.None)
        {
            RunAlone(parsed, cancellationToken);
            return 0;
        }

        if (teacherFile is null)
        {
            throw new CommandException(
                "--teacher is missing: name a .zip that wcord saved, a .safetensors, .pth, .onnx or .pt file, or choose --method none.");
        }

        (Modality seenByTeacher, Modality seenByStudent) = ParseModalities(parsed.GetValue(Modalities));
        StudentTrainingOptions options = DistillArguments.MakeOptions(parsed);
        options.Student = parsed.GetValue(Student) ?? options.Student;
        options.InputColumnName = seenByStudent.ColumnName;
        options.TeacherInputColumnName = parsed.GetValue(TeacherInput)
            ?? (seenByTeacher == seenByStudent ? null : seenByTeacher.ColumnName);
        TrainingArguments.Apply(parsed, options);
        options.LabelColumnName = parsed.GetValue(NoLabels) ? null : options.LabelColumnName;
        double? probe = ProbeOf(parsed, options);
        using var run = new TrainingRun(parsed, options, cancellationToken);
        using Teacher teacher = ModelFiles.LoadTeacher(
            run.MLContext,
            teacherFile,
            parsed.GetValue(TeacherNetwork),
            parsed.GetValue(CommonOptions.Normalization),
            parsed.GetValue(TeacherScores),
            parsed.GetValue(TeacherFeatures));
        IEstimator<ITransformer>? ofTeacher = seenByTeacher == seenByStudent ? null : seenByTeacher.Stages(run.MLContext);
        if (ofTeacher is null && options.TeacherInputColumnName is null
            && ModelFiles.DecodedSizeOf(run.MLContext, teacherFile) is { } size && run.Source is PhotoSource photos && photos.ImageSize != size)
        {
            // It sees the photographs in the size that it was trained on.
            options.TeacherInputColumnName = "TeacherPixels";
            ofTeacher = photos.Decoding(run.MLContext, options.TeacherInputColumnName, size);
        }

        run.Execute(options.Student, method, seenByStudent, ofTeacher, probe, () => Trainers.Create(run.MLContext, teacher, options));
        return 0;
    }

    private static void RunAlone(ParseResult parsed, CancellationToken cancellationToken)
    {
        string? given = DistillArguments.FirstGiven(parsed) ?? (parsed.GetValue(NoLabels) ? NoLabels.Name : null);
        if (given is not null)
        {
            throw new CommandException(
                $"{given} has no meaning with --method none, which trains with the labels alone: leave it out or choose another method.");
        }

        Modality seen = ParseModalities(parsed.GetValue(Modalities)).Student;
        var options = new NetworkTrainingOptions { InputColumnName = seen.ColumnName };
        options.Network = parsed.GetValue(Student) ?? options.Network;
        TrainingArguments.Apply(parsed, options);
        double? probe = ProbeOf(parsed, options);
        using var run = new TrainingRun(parsed, options, cancellationToken);
        run.Execute(options.Network, Method.None, seen, null, probe, () => new NetworkTrainingEstimator(run.MLContext, options));
    }

    private static (Modality Teacher, Modality Student) ParseModalities(string? text)
    {
        string[] sides = text?.Split(':') ?? ["rgb", "rgb"];
        return sides is [string teacher, string student]
            ? (Modality.Parse("--modalities", teacher), Modality.Parse("--modalities", student))
            : throw new CommandException($"--modalities is '{text}': expected TEACHER:STUDENT, as rgb:chrominance.");
    }

    private static double? ProbeOf(ParseResult parsed, TrainingOptions options)
    {
        double? share = parsed.GetValue(ProbeShare);
        options.FeaturesColumnName = share is null ? null : "Features";
        return share;
    }
}
