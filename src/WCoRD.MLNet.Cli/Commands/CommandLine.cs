using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Reflection;
using System.Runtime.InteropServices;

namespace WCoRD.MLNet.Cli.Commands;

/// <summary>The whole tool: parses, runs, and turns every failure into one message on stderr.</summary>
internal static class CommandLine
{
    /// <summary>All commands, made once: an option keeps every command that it was ever added to.</summary>
    public static RootCommand Root { get; } = Create();

    /// <summary>
    /// Parses one command line. A word that begins with @ is a word like others, not a file of more words, which may be unreadable.
    /// </summary>
    public static ParseResult Parse(string[] args) => Root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });

    /// <summary>Runs one command line.</summary>
    /// <returns>0, or 1 after an error, or 130 after Ctrl+C.</returns>
    public static async Task<int> RunAsync(string[] args)
    {
        ParseResult parsed = Parse(args);
        if (parsed.Action is ParseErrorAction)
        {
            string command = CommandPath(parsed);
            await Console.Error.WriteLineAsync(
                $"{command}: {string.Join(" ", parsed.Errors.Select(error => error.Message))} See '{command} --help'.");
            return 1;
        }

        // Not System.CommandLine's own handling: it begins only once a command has given the thread back, and ours train on it.
        using var stop = new CancellationTokenSource();
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop),
            terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        int exitCode = 1;
        try
        {
            Ranks.Check(parsed.CommandResult.Command);
            return exitCode = await parsed.InvokeAsync(
                new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null }, stop.Token);
        }
        catch (OperationCanceledException stopped)
        {
            // The library says where the training is kept; plain cancellation has nothing to say.
            string kept = stopped.InnerException is OperationCanceledException ? $" {stopped.Message}" : "";
            await Console.Error.WriteLineAsync($"{CommandPath(parsed)}: stopped.{kept}");
            return exitCode = 130;
        }
        catch (Exception exception)
        {
            // Whatever went wrong, a user wants to know what, not where in our code.
            await Console.Error.WriteLineAsync($"{CommandPath(parsed)}: {Describe(exception)}");
            return 1;
        }
        finally
        {
            Ranks.End(exitCode);
        }

        void Stop(PosixSignalContext signal)
        {
            // The first lets the command end in order; a second one ends the process.
            signal.Cancel = !stop.IsCancellationRequested;
            stop.Cancel();
        }
    }

    private static RootCommand Create()
    {
        var root = new RootCommand(
            "Wasserstein contrastive representation distillation: trains small image classifiers with the help of large ones.")
        {
            DataCommand.Create(),
            TeachCommand.Create(),
            DistillCommand.Create(),
            ViewsCommand.Create(),
            EvaluateCommand.Create(),
            ScoreCommand.Create(),
            ExportCommand.Create(),
            InfoCommand.Create(),
            NetworksCommand.Create(),
            ReportCommand.Create(),
            CompareCommand.Create(),
            HeadlineCommand.Create(),
            ExperimentCommand.Create(),
            BenchCommand.Create(),
            DemoCommand.Create(),
        };
        HelpOption help = root.Options.OfType<HelpOption>().Single();
        help.Action = new ToolHelp((HelpAction)help.Action!);
        return root;
    }

    private static string CommandPath(ParseResult parsed)
    {
        var names = new Stack<string>();
        for (var result = parsed.CommandResult; result.Parent is System.CommandLine.Parsing.CommandResult parent; result = parent)
        {
            names.Push(result.Command.Name);
        }

        return string.Join(' ', names.Prepend("wcord"));
    }

    private static string Describe(Exception exception) => exception switch
    {
        AggregateException or TargetInvocationException or TypeInitializationException when exception.InnerException is not null =>
            Describe(exception.InnerException),
        DllNotFoundException when exception.Message.StartsWith("No MPI", StringComparison.Ordinal) => exception.Message,
        DllNotFoundException or BadImageFormatException =>
            $"libtorch could not be loaded ({exception.Message}). "
                + "Build with -p:TorchBackend=cpu or cuda-linux; on an older Linux run '. eng/env.sh' first.",
        // TorchSharp adds a page of the paths that it tried, which buries what to do.
        _ => exception.Message.Split("Trace from LoadNativeBackend")[0].TrimEnd(),
    };
}
