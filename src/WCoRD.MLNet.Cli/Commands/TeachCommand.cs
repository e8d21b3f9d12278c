using System.CommandLine;

namespace WCoRD.MLNet.Cli.Commands;

/// <summary><c>wcord teach</c>: trains a network with the labels alone.</summary>
internal static class TeachCommand
{
    private static readonly Option<string?> Network = new("--network") { Description = "The network to train. Default: resnet20.", HelpName = "NAME" };

    public static Command Create()
    {
        var command = new Command("teach", "Train a network with the labels alone, for example as a teacher.") { Network };
        TrainingArguments.AddTo(command);
        command.SetAction((parsed, cancellationToken) => Task.FromResult(Run(parsed, cancellationToken)));
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken cancellationToken)
    {
        var options = new NetworkTrainingOptions();
        options.Network = parsed.GetValue(Network) ?? options.Network;
        TrainingArguments.Apply(parsed, options);
        using var run = new TrainingRun(parsed, options, cancellationToken);
        run.Execute(options.Network, method: null, data => new NetworkTrainingEstimator(run.MLContext, options).Fit(data));
        return 0;
    }
}
