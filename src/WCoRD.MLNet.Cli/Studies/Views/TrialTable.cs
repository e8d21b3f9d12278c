using System.Globalization;
using WCoRD.MLNet.Cli.Models;

namespace WCoRD.MLNet.Cli.Studies.Views;

/// <summary>What the trials of an experiment measured.</summary>
internal sealed class TrialTable
{
    private readonly List<(Trial Trial, List<(int? Seed, Accuracy Accuracy)> Runs)> _rows = [];

    public void Add(Trial trial, int? seed, Accuracy accuracy)
    {
        if (_rows.Count == 0 || _rows[^1].Trial != trial)
        {
            _rows.Add((trial, []));
        }

        _rows[^1].Runs.Add((seed, accuracy));
    }

    /// <summary>A line for each trial: mean and, of several seeds, standard deviation and every single value.</summary>
    public string ToMarkdown()
    {
        var table = new MarkdownTable("the student sees", "method", "top-1 %", "top-5 %");
        foreach ((Trial trial, List<(int? Seed, Accuracy Accuracy)> runs) in _rows)
        {
            table.Add(
                trial.Sees,
                trial.Method,
                Summary([.. runs.Select(run => run.Accuracy.Top1)]),
                Invariant($"{runs.Average(run => run.Accuracy.Top5):F2}"));
        }

        return table.ToString();
    }

    /// <summary>The same for programs.</summary>
    public object ToJson() => _rows.Select(row => new
    {
        row.Trial.Sees,
        row.Trial.Method,
        Runs = row.Runs.Select(run => new { run.Seed, run.Accuracy.Top1, run.Accuracy.Top5, run.Accuracy.Count }),
    });

    private static string Summary(double[] values)
    {
        var spread = Spread.Of(values);
        return values.Length == 1
            ? spread.ToString()
            : $"{spread} ({string.Join(", ", values.Select(value => value.ToString("F2", CultureInfo.InvariantCulture)))})";
    }
}
