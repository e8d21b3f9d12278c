using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>The weighted sum of objectives.</summary>
internal sealed class SumObjective : Objective
{
    private readonly (double Weight, Objective Objective)[] _terms;

    /// <param name="terms">Weights and objectives, which this owns.</param>
    public SumObjective(IEnumerable<(double Weight, Objective Objective)> terms)
        : base("sum")
    {
        _terms = [.. terms];
        foreach ((int i, (_, Objective objective)) in _terms.Index())
        {
            register_module(Invariant($"{i}_{objective.GetName()}"), objective);
        }
    }

    /// <summary>The objectives summed.</summary>
    public IEnumerable<Objective> Terms => _terms.Select(term => term.Objective);

    public override int MinimumBatchSize => Terms.Max(term => term.MinimumBatchSize);

    public override bool SupportsMixUp => Terms.All(term => term.SupportsMixUp);

    public override bool ComparesScores => Terms.Any(term => term.ComparesScores);

    public override bool ReadsMaps => Terms.Any(term => term.ReadsMaps);

    public override ObjectiveValue Compute(DistillationStep step)
    {
        using var scope = NewDisposeScope();
        Tensor? total = null;
        List<(string Name, Tensor Value)> parts = [];
        foreach ((double weight, Objective objective) in _terms)
        {
            ObjectiveValue value = Tracing.Run(objective.GetName(), () => objective.Compute(step));
            Tensor weighted = value.Total * weight;
            total = total is null ? weighted : total + weighted;
            parts.AddRange(value.Parts.Select(part => (part.Name, part.Value.MoveToOuterDisposeScope())));
        }

        return new ObjectiveValue(total!.MoveToOuterDisposeScope(), parts);
    }

    public override void AfterStep()
    {
        foreach (Objective objective in Terms)
        {
            objective.AfterStep();
        }
    }

    internal override bool IsReplayable => Terms.All(term => term.IsReplayable);

    internal override void BeforeStep(long[] rows)
    {
        foreach (Objective objective in Terms)
        {
            objective.BeforeStep(rows);
        }
    }

    internal override TransportPlan? TransportOf(Func<DistillationStep> step) =>
        Terms.Select(term => term.TransportOf(step)).FirstOrDefault(plan => plan is not null);

    internal override IReadOnlyList<(string Name, double Value)> Measure(DistillationStep step) =>
        [.. Terms.SelectMany(term => term.Measure(step))];
}
