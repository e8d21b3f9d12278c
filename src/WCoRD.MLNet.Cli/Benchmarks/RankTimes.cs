namespace WCoRD.MLNet.Cli.Benchmarks;

/// <summary>How long the steps of some ranks took, in milliseconds.</summary>
/// <param name="Ranks">The number of processes.</param>
/// <param name="Step">A step and what stands between it and the one before, median.</param>
/// <param name="Fastest">The fastest step.</param>
/// <param name="Slowest">The slowest step.</param>
/// <param name="Communication">Of a step, communicating and waiting for a slower rank: the median over steps, the mean over ranks.</param>
/// <param name="Parts">Where the time goes on the first rank; what is communicated within a part is in both.</param>
/// <param name="Calls">What ranks asked of each other in one step.</param>
/// <param name="Interconnect">What carried it; null: there is one process.</param>
internal sealed record RankTimes(
    int Ranks,
    double Step,
    double Fastest,
    double Slowest,
    double Communication,
    IReadOnlyDictionary<string, double> Parts,
    IReadOnlyList<Collective> Calls,
    Interconnect? Interconnect)
{
    private static readonly string[] WholeParts = ["ce", "heads", "lckt", "kd", "gradients", "optimizer"];

    /// <summary>Of one process's step, what every rank does in whole.</summary>
    public double Whole => Math.Round(WholeParts.Sum(part => Parts.GetValueOrDefault(part)), 2);

    /// <summary>Of one process's step, what ranks divide among them: all else, of which next to all is networks and anchors of GCKT.</summary>
    public double Divided => Math.Round(Step - Whole, 2);

    /// <summary>What a rank sends in a step.</summary>
    public CollectiveCost Cost => Calls.Aggregate(new CollectiveCost(), (sum, call) => sum + call.CostFor(Ranks));
}
