namespace WCoRD.MLNet.Cli.Benchmarks;

/// <summary>What carries the ranks' messages: a message of n bytes takes latency + 8 n / bandwidth.</summary>
/// <param name="Megabits">Megabits a second, each way at the same time, of a rank's own.</param>
/// <param name="Microseconds">What an empty message takes from one program to another.</param>
internal sealed record Interconnect(double Megabits, double Microseconds)
{
    /// <summary>The time of what a rank does, in milliseconds.</summary>
    public double Milliseconds(CollectiveCost cost) => ((cost.Rounds * Microseconds) + (cost.Bytes * 8 / Megabits)) / 1000;
}
