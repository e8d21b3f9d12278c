using System.Globalization;
using System.Text;
using WCoRD.MLNet.Cli.Models;

namespace WCoRD.MLNet.Cli.Experiments;

/// <summary>What the trials of an experiment measured.</summary>
internal sealed class ResultTable
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
        var text = new StringBuilder("| the student sees | method | top-1 % | top-5 % |\n|---|---|---|---|\n");
        foreach ((Trial trial, List<(int? Seed, Accuracy Accuracy)> runs) in _rows)
        {
            double[] top1 = [.. runs.Select(run => run.Accuracy.Top1)];
            text.Append(CultureInfo.InvariantCulture, $"| {trial.Sees} | {trial.Method} | {Summary(top1)} | {runs.Average(run => run.Accuracy.Top5):F2} |\n");
        }

        return text.ToString();
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
        double mean = values.Average();
        if (values.Length == 1)
        {
            return mean.ToString("F2", CultureInfo.InvariantCulture);
        }

        double deviation = Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (values.Length - 1));
        string single = string.Join(", ", values.Select(value => value.ToString("F2", CultureInfo.InvariantCulture)));
        return Invariant($"{mean:F2} +- {deviation:F2} ({single})");
    }
}
