using System.Diagnostics;
using Spectre.Console;

namespace WCoRD.MLNet.Cli.Output;

/// <summary>Shows a training: a bar on a terminal, one plain line for each epoch elsewhere; on stderr where stdout is for JSON.</summary>
internal static class TrainingDisplay
{
    private static readonly TimeSpan RefreshEvery = TimeSpan.FromMilliseconds(100);

    public static T Run<T>(TrainingOptions options, string name, bool json, Func<T> train)
    {
        TextWriter writer = json ? Console.Error : Console.Out;
        bool isTerminal = json ? !Console.IsErrorRedirected : !Console.IsOutputRedirected;
        if (!isTerminal)
        {
            options.Progress = new Observer<EpochMetrics>(metrics => writer.WriteLine($"{name}: {Describe(metrics)}"));
            return train();
        }

        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(writer) });
        // Drawn by the training thread: one that allocates beside it may start a collection under a native call (see LiveScalar).
        return console.Progress()
            .AutoRefresh(false)
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn())
            .Start(context => ShowBar(context, options, name, train));
    }

    internal static string Describe(EpochMetrics metrics)
    {
        string parts = string.Join(' ', metrics.Parts.Select(part => FormattableString.Invariant($"{part.Key} {part.Value:F3}")));
        string accuracy = metrics.Accuracy is { } training ? FormattableString.Invariant($", accuracy {100 * training:F1} %") : "";
        string validation = metrics.ValidationAccuracy is { } held ? FormattableString.Invariant($", validation {100 * held:F1} %") : "";
        double left = metrics.Seconds * (metrics.Epochs - metrics.Epoch);
        return FormattableString.Invariant(
            $"epoch {metrics.Epoch}/{metrics.Epochs}, loss {metrics.Loss:F3} ({parts}){accuracy}{validation}, {metrics.ExamplesPerSecond:F0} images/s, {TimeSpan.FromSeconds(Math.Ceiling(left)):c} left");
    }

    private static T ShowBar<T>(ProgressContext context, TrainingOptions options, string name, Func<T> train)
    {
        ProgressTask bar = context.AddTask(Markup.Escape(name));
        string last = "";
        long drawn = 0;
        options.Progress = new Observer<EpochMetrics>(metrics =>
        {
            string parts = string.Join(' ', metrics.Parts.Select(part => FormattableString.Invariant($"{part.Key} {part.Value:F3}")));
            string accuracy = (metrics.ValidationAccuracy ?? metrics.Accuracy) is { } share ? FormattableString.Invariant($", accuracy {100 * share:F1} %") : "";
            last = FormattableString.Invariant($", loss {metrics.Loss:F3} ({parts}){accuracy}");
        });
        options.StepProgress = new Observer<StepProgress>(at =>
        {
            bar.MaxValue = (double)at.Epochs * at.Steps;
            bar.Value = ((at.Epoch - 1) * (double)at.Steps) + at.Step;
            bar.Description = Markup.Escape(FormattableString.Invariant(
                $"{name}: epoch {at.Epoch}/{at.Epochs}{last}, {at.ExamplesPerSecond:F0} images/s, {TimeSpan.FromSeconds(Math.Ceiling(at.Remaining.TotalSeconds)):c} left"));
            if (Stopwatch.GetElapsedTime(drawn) > RefreshEvery || bar.IsFinished)
            {
                context.Refresh();
                drawn = Stopwatch.GetTimestamp();
            }
        });
        return train();
    }

    /// <summary>Unlike <see cref="Progress{T}"/>, reports in order and before the training goes on.</summary>
    private sealed class Observer<T>(Action<T> report) : IProgress<T>
    {
        public void Report(T value) => report(value);
    }
}
