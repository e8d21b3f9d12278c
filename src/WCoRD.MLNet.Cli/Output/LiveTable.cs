using System.Diagnostics;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace WCoRD.MLNet.Cli.Output;

/// <summary>A training on a terminal: its last epochs in a table, and a bar under it.</summary>
internal sealed class LiveTable(string name)
{
    // More might not fit the window, and a live display cannot scroll.
    private const int EpochsShown = 12;
    private const int BarWidth = 24;
    private static readonly TimeSpan ShowEvery = TimeSpan.FromMilliseconds(100);
    private readonly Queue<string[]> _epochs = [];
    private string[] _parts = [];
    private string _bar = "";
    private long _shown;

    /// <summary>What is to be drawn.</summary>
    public IRenderable Content
    {
        get
        {
            var bar = new Markup(_bar);
            if (_epochs.Count == 0)
            {
                return bar;
            }

            var table = new Table().Border(TableBorder.Simple).Title(Markup.Escape(name));
            foreach (string column in (string[])["epoch", "rate", "loss", .. _parts, "accuracy %", "validation %", "images/s"])
            {
                table.AddColumn(new TableColumn(Markup.Escape(column)).RightAligned());
            }

            foreach (string[] epoch in _epochs)
            {
                table.AddRow(epoch);
            }

            return new Rows(table, bar);
        }
    }

    /// <summary>Adds an epoch that is done.</summary>
    public void Add(EpochMetrics metrics)
    {
        string[] parts = [.. metrics.Parts.Keys];
        if (!parts.SequenceEqual(_parts))
        {
            // Of a first phase: other parts, other columns.
            _epochs.Clear();
            _parts = parts;
        }

        _epochs.Enqueue(
        [
            Invariant($"{metrics.Epoch}"),
            Invariant($"{metrics.LearningRate:G3}"),
            Invariant($"{metrics.Loss:F3}"),
            .. metrics.Parts.Values.Select(value => Invariant($"{value:F3}")),
            Invariant($"{100 * metrics.Accuracy:F1}"),
            Invariant($"{100 * metrics.ValidationAccuracy:F1}"),
            Invariant($"{metrics.ExamplesPerSecond:F0}"),
        ]);
        if (_epochs.Count > EpochsShown)
        {
            _epochs.Dequeue();
        }
    }

    /// <summary>Says how far rows are read, in place of the bar.</summary>
    public void ShowReading(string text) => _bar = $"{Markup.Escape(name)}, reading {Markup.Escape(text)}";

    /// <summary>Moves the bar; false: not long enough after the last time.</summary>
    public bool Show(StepProgress at)
    {
        bool isLast = !at.IsStoringView && at.Epoch == at.Epochs && at.Step == at.Steps;
        if (!isLast && _shown != 0 && Stopwatch.GetElapsedTime(_shown) < ShowEvery)
        {
            return false;
        }

        _shown = Stopwatch.GetTimestamp();
        if (at.IsStoringView)
        {
            _bar = Invariant($"{Markup.Escape(name)}, the teacher sees the view of epoch {at.Epoch}/{at.Epochs}, ")
                + Invariant($"{100.0 * at.Step / at.Steps:F0} %, {at.ExamplesPerSecond:F0} images/s, {Left(at)}");
            return true;
        }

        double done = (((at.Epoch - 1) * (double)at.Steps) + at.Step) / ((double)at.Epochs * at.Steps);
        int filled = (int)(BarWidth * done);
        string time = isLast ? "done" : Left(at);
        _bar = Invariant($"[green]{new string('━', filled)}[/][grey]{new string('━', BarWidth - filled)}[/] ")
            + Invariant($"{Invariant($"{100 * done:F0} %")}  ")
            + Invariant($"{Markup.Escape(name)}, epoch {at.Epoch}/{at.Epochs}, {Invariant($"{at.ExamplesPerSecond:F0}")} images/s, {time}");
        return true;
    }

    private static string Left(StepProgress at) => Invariant($"{TimeSpan.FromSeconds(Math.Ceiling(at.Remaining.TotalSeconds)):c} left");
}
