using Microsoft.ML;
using Spectre.Console;

namespace WCoRD.MLNet.Cli.Output;

/// <summary>
/// Shows a training: a live table on a terminal, one plain line for each epoch elsewhere; on stderr where stdout is for JSON. What the
/// library says and warns of beside it is shown too.
/// </summary>
internal static class TrainingDisplay
{
    /// <summary>Shows what a training does.</summary>
    /// <param name="mlContext">Whose log is listened to.</param>
    /// <param name="options">Where progress is asked for: the trainer must be made of them in <paramref name="train"/>.</param>
    /// <param name="name">What is trained.</param>
    /// <param name="json">Whether stdout is kept for JSON.</param>
    /// <param name="train">Makes the trainer and trains.</param>
    /// <param name="reading">What tells of rows that are read; null: nothing does.</param>
    public static T Run<T>(
        MLContext mlContext, TrainingOptions options, string name, bool json, Func<T> train, ReadingProgress? reading = null)
    {
        if (options.Communicator is { Rank: > 0 and int rank })
        {
            // The first process shows what all do.
            using var warnings = new TrainingLog(mlContext, (text, isWarning) =>
            {
                if (isWarning)
                {
                    Console.Error.WriteLine(Invariant($"{name}, rank {rank}: {text}"));
                }
            });
            return train();
        }

        TextWriter writer = json ? Console.Error : Console.Out;
        bool isTerminal = json ? !Console.IsErrorRedirected : !Console.IsOutputRedirected;
        IProgress<EpochMetrics>? other = options.Progress;
        if (!isTerminal)
        {
            options.Progress = new Observer<EpochMetrics>(metrics =>
            {
                other?.Report(metrics);
                writer.WriteLine($"{name}: {Describe(metrics)}");
            });
            reading?.Show = (text, isLast) => Write(writer, name, text, isLast);
            using var lines = new TrainingLog(
                mlContext,
                (text, isWarning) => (isWarning ? Console.Error : writer).WriteLine(
                    text.StartsWith($"{name}: ", StringComparison.Ordinal) ? text : $"{name}: {text}"));
            return train();
        }

        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(writer) });
        var table = new LiveTable(name);
        return console.Live(table.Content).Start(context =>
        {
            // Drawn by the training thread: one that allocates beside it may start a collection under a native call (see LiveScalar).
            options.Progress = new Observer<EpochMetrics>(metrics =>
            {
                other?.Report(metrics);
                table.Add(metrics);
                context.UpdateTarget(table.Content);
            });
            options.StepProgress = new Observer<StepProgress>(at =>
            {
                if (table.Show(at))
                {
                    context.UpdateTarget(table.Content);
                }
            });
            reading?.Show = (text, _) =>
            {
                table.ShowReading(text);
                context.UpdateTarget(table.Content);
            };
            using var lines = new TrainingLog(
                mlContext, (text, isWarning) => console.WriteLine(text, new Style(isWarning ? Color.Yellow : null)));
            return train();
        });
    }

    // Lines stay: only what there was in the end is worth one.
    private static void Write(TextWriter writer, string name, string text, bool isLast)
    {
        if (isLast)
        {
            writer.WriteLine($"{name}: read {text}");
        }
    }

    internal static string Describe(EpochMetrics metrics)
    {
        string parts = string.Join(' ', metrics.Parts.Select(part => Invariant($"{part.Key} {part.Value:F3}")));
        string accuracy = metrics.Accuracy is { } training ? Invariant($", accuracy {100 * training:F1} %") : "";
        string validation = metrics.ValidationAccuracy is { } held ? Invariant($", validation {100 * held:F1} %") : "";
        double left = metrics.Seconds * (metrics.Epochs - metrics.Epoch);
        return Invariant($"epoch {metrics.Epoch}/{metrics.Epochs}, loss {metrics.Loss:F3} ({parts}){accuracy}{validation}, ")
            + Invariant($"{metrics.ExamplesPerSecond:F0} images/s, {TimeSpan.FromSeconds(Math.Ceiling(left)):c} left");
    }

    /// <summary>Unlike <see cref="Progress{T}"/>, reports in order and before the training goes on.</summary>
    private sealed class Observer<T>(Action<T> report) : IProgress<T>
    {
        public void Report(T value) => report(value);
    }
}
