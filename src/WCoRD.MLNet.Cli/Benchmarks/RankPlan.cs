namespace WCoRD.MLNet.Cli.Benchmarks;

/// <summary>What a step costs with any number of ranks.</summary>
/// <remarks>
/// <c>T(R) = D ceil(B / R) / B + W + C(R)</c>, with the time D of what ranks divide among them (networks, anchors of GCKT), the time W of what
/// each does in whole (heads, LCKT, KD, optimiser) and the time C of the calls, one after the other. Left out: that a network is
/// slower by the example in small batches, that batch norms over ranks cost more than within one process, and waiting for a slower rank.
/// </remarks>
/// <param name="Traffic">What ranks ask of each other.</param>
/// <param name="Batch">The examples of all ranks.</param>
/// <param name="Divided">D, milliseconds in one process.</param>
/// <param name="Whole">W, milliseconds.</param>
/// <param name="Interconnect">What carries the messages.</param>
internal sealed record RankPlan(StepTraffic Traffic, int Batch, double Divided, double Whole, Interconnect Interconnect)
{
    /// <summary>The plan for some ranks.</summary>
    public PlannedStep For(int ranks)
    {
        CollectiveCost cost = Traffic.Calls(Batch, ranks).Aggregate(new CollectiveCost(), (sum, call) => sum + call.CostFor(ranks));
        double communication = Interconnect.Milliseconds(cost), share = (double)((Batch + ranks - 1) / ranks) / Batch;
        double step = (Divided * share) + Whole + communication;
        return new PlannedStep(ranks, cost.Rounds, cost.Bytes, communication, step, (Divided + Whole) / (ranks * step));
    }
}
