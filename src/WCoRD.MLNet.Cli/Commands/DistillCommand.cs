using System.CommandLine;
using WCoRD.MLNet.Cli.Models;

namespace WCoRD.MLNet.Cli.Commands;

/// <summary><c>wcord distill</c>: trains a student with the help of a teacher.</summary>
internal static class DistillCommand
{
    private static readonly Option<string?> Student = new("--student", "--network") { Description = "The network to train. Default: resnet20.", HelpName = "NAME" };
    private static readonly Option<string?> TeacherFile = new("--teacher") { Description = "The teacher: a model that wcord saved, or PyTorch weights.", HelpName = "FILE.zip|FILE.safetensors" };
    private static readonly Option<string?> TeacherNetwork = new("--teacher-network") { Description = "The network of a safetensors teacher. Default: the one its file name names.", HelpName = "NAME" };

    public static Command Create()
    {
        var command = new Command("distill", "Train a student network with the help of a teacher.") { Student, TeacherFile, TeacherNetwork, CommonOptions.Normalization };
        DistillArguments.AddTo(command);
        TrainingArguments.AddTo(command);
        command.SetAction((parsed, cancellationToken) => Task.FromResult(Run(parsed, cancellationToken)));
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken cancellationToken)
    {
        DistillMethod method = parsed.GetValue(DistillArguments.Method);
        string? teacherFile = parsed.GetValue(TeacherFile);
        if (method == DistillMethod.None)
        {
            RunAlone(parsed, cancellationToken);
            return 0;
        }

        if (teacherFile is null)
        {
            throw new CommandException("--teacher is missing: name a .zip that wcord saved or a .safetensors file, or choose --method none.");
        }

        var options = new WcordDistillationOptions();
        options.Student = parsed.GetValue(Student) ?? options.Student;
        TrainingArguments.Apply(parsed, options);
        DistillArguments.Apply(parsed, options);
        using var run = new TrainingRun(parsed, options, cancellationToken);
        using Teacher teacher = ModelFiles.LoadTeacher(run.MLContext, teacherFile, parsed.GetValue(TeacherNetwork), parsed.GetValue(CommonOptions.Normalization));
        run.Execute(options.Student, MethodName(method), data => new WcordDistillationEstimator(run.MLContext, teacher, options).Fit(data));
        return 0;
    }

    private static void RunAlone(ParseResult parsed, CancellationToken cancellationToken)
    {
        if (DistillArguments.FirstGiven(parsed) is { } given)
        {
            throw new CommandException($"{given} has no meaning with --method none, which trains with the labels alone: leave it out or choose another method.");
        }

        var options = new NetworkTrainingOptions();
        options.Network = parsed.GetValue(Student) ?? options.Network;
        TrainingArguments.Apply(parsed, options);
        using var run = new TrainingRun(parsed, options, cancellationToken);
        run.Execute(options.Network, MethodName(DistillMethod.None), data => new NetworkTrainingEstimator(run.MLContext, options).Fit(data));
    }

    private static string MethodName(DistillMethod method) => method.ToString().ToLowerInvariant();
}
