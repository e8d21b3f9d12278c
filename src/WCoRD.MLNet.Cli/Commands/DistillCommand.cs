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
            Student, NoLabels, ProbeShare,
        };
        TeacherArguments.AddTo(command);
        DistillArguments.AddTo(command);
        TrainingArguments.AddTo(command);
        command.SetAction((parsed, cancellationToken) => Task.FromResult(Run(parsed, cancellationToken)));
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken cancellationToken)
    {
        string method = parsed.GetValue(DistillArguments.MethodOption)!;
        if (method == Method.None)
        {
            RunAlone(parsed, cancellationToken);
            return 0;
        }

        _ = TeacherArguments.FileOf(parsed);
        StudentTrainingOptions options = DistillArguments.MakeOptions(parsed);
        options.Student = parsed.GetValue(Student) ?? options.Student;
        TeacherArguments.ApplyColumns(parsed, options);
        TrainingArguments.Apply(parsed, options);
        options.LabelColumnName = parsed.GetValue(NoLabels) ? null : options.LabelColumnName;
        double? probe = ProbeOf(parsed, options);
        using var run = new TrainingRun(parsed, options, cancellationToken);
        using Teacher teacher = TeacherArguments.Load(parsed, run.MLContext);
        IEstimator<ITransformer>? ofTeacher = TeacherArguments.StagesBefore(parsed, run.MLContext, run.Source, options);
        run.Execute(
            options.Student,
            method,
            TeacherArguments.SeenByStudent(parsed),
            ofTeacher,
            probe,
            () => Trainers.Create(run.MLContext, teacher, options));
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

        Modality seen = TeacherArguments.SeenByStudent(parsed);
        var options = new NetworkTrainingOptions { InputColumnName = seen.ColumnName };
        options.Network = parsed.GetValue(Student) ?? options.Network;
        TrainingArguments.Apply(parsed, options);
        double? probe = ProbeOf(parsed, options);
        using var run = new TrainingRun(parsed, options, cancellationToken);
        run.Execute(options.Network, Method.None, seen, null, probe, () => new NetworkTrainingEstimator(run.MLContext, options));
    }

    private static double? ProbeOf(ParseResult parsed, TrainingOptions options)
    {
        double? share = parsed.GetValue(ProbeShare);
        options.FeaturesColumnName = share is null ? null : "Features";
        return share;
    }
}
