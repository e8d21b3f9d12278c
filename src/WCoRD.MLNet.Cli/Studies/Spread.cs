namespace WCoRD.MLNet.Cli.Studies;

/// <summary>Mean and standard deviation of what the seeds gave.</summary>
/// <param name="Mean">The mean.</param>
/// <param name="Deviation">The deviation of the sample; null: of a single value there is none.</param>
internal sealed record Spread(double Mean, double? Deviation)
{
    public static Spread Of(double[] values)
    {
        double mean = values.Average();
        return new Spread(
            mean, values.Length == 1 ? null : Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (values.Length - 1)));
    }

    public override string ToString() => Deviation is { } deviation ? Invariant($"{Mean:F2} +- {deviation:F2}") : Invariant($"{Mean:F2}");
}
