using System.CommandLine;
using WCoRD.MLNet.Cli.Models;

namespace WCoRD.MLNet.Cli.Commands;

/// <summary><c>wcord teach</c>: trains a network with the labels alone.</summary>
internal static class TeachCommand
{
    private static readonly Option<string?> Network = new("--network")
    {
        Description = "The network to train. Default: resnet20.",
        HelpName = "NAME",
    };
    private static readonly Option<string?> Sees = new("--modality")
    {
        Description = $"What the network sees: {Modality.Grammar}. Default: rgb.",
        HelpName = "MODALITY",
    };

    public static Command Create()
    {
        var command = new Command("teach", "Train a network with the labels alone, for example as a teacher.") { Network, Sees };
        TrainingArguments.AddTo(command);
        command.SetAction((parsed, cancellationToken) => Task.FromResult(Run(parsed, cancellationToken)));
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken cancellationToken)
    {
        var options = new NetworkTrainingOptions();
        options.Network = parsed.GetValue(Network) ?? options.Network;
        TrainingArguments.Apply(parsed, options);
        Modality modality = parsed.GetValue(Sees) is { } text ? Modality.Parse("--modality", text) : Modality.Full;
        options.InputColumnName = modality.ColumnName;
        using var run = new TrainingRun(parsed, options, cancellationToken);
        run.Execute(
            options.Network,
            method: null,
            modality,
            ofTeacher: null,
            probeShare: null,
            () => new NetworkTrainingEstimator(run.MLContext, options));
        return 0;
    }
}
