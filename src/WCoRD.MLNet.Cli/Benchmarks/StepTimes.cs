namespace WCoRD.MLNet.Cli.Benchmarks;

/// <summary>Where the time of a step goes: medians over steps, in milliseconds.</summary>
/// <param name="Step">The whole step.</param>
/// <param name="Parts">Its parts, in order; what is left is bookkeeping.</param>
internal sealed record StepTimes(double Step, IReadOnlyDictionary<string, double> Parts)
{
    /// <summary>Medians of parts that were measured step by step, in seconds.</summary>
    public static StepTimes Of(IReadOnlyList<(double Step, IReadOnlyDictionary<string, double> Parts)> steps)
    {
        var parts = new OrderedDictionary<string, double>();
        foreach (string name in steps.SelectMany(step => step.Parts.Keys).Distinct())
        {
            parts.Add(name, Median(steps.Select(step => step.Parts.GetValueOrDefault(name))));
        }

        return new StepTimes(Median(steps.Select(step => step.Step)), parts);
    }

    private static double Median(IEnumerable<double> seconds)
    {
        double[] sorted = [.. seconds.Order()];
        return Math.Round(1000 * (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2, 2);
    }
}
