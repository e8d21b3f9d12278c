using System.Diagnostics;
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

    public override int MinimumBatchSize => _terms.Max(term => term.Objective.MinimumBatchSize);

    /// <summary>The terms' initial stages at once: as long as the longest, at the lowest rate.</summary>
    public override InitialStage? InitialStage =>
        _terms.Select(term => term.Objective.InitialStage).OfType<InitialStage>().ToArray() is { Length: > 0 } stages
            ? new InitialStage(stages.Max(stage => stage.Epochs), stages.Min(stage => stage.LearningRate))
            : null;

    public override ObjectiveValue Compute(DistillationStep step) =>
        Sum(_terms.Select(term => (term.Weight, Traced(term.Objective, () => term.Objective.Compute(step)))));

    /// <remarks>Unweighted, as in the reference: the weights balance the main training.</remarks>
    public override ObjectiveValue ComputeInitial(DistillationStep step) =>
        Sum(_terms.Where(term => term.Objective.InitialStage is not null).Select(term => (1.0, Traced(term.Objective, () => term.Objective.ComputeInitial(step)))));

    public override void EndInitialStage()
    {
        foreach ((_, Objective objective) in _terms)
        {
            objective.EndInitialStage();
        }
    }

    public override void AfterStep()
    {
        foreach ((_, Objective objective) in _terms)
        {
            objective.AfterStep();
        }
    }

    internal override TransportPlan? TransportOf(Func<DistillationStep> step) => _terms.Select(term => term.Objective.TransportOf(step)).FirstOrDefault(plan => plan is not null);

    internal override IReadOnlyList<(string Name, double Value)> Measure(DistillationStep step) => [.. _terms.SelectMany(term => term.Objective.Measure(step))];

    private static ObjectiveValue Traced(Objective objective, Func<ObjectiveValue> compute)
    {
        using Activity? part = Tracing.Start(objective.GetName());
        return compute();
    }

    private static ObjectiveValue Sum(IEnumerable<(double Weight, ObjectiveValue Value)> terms)
    {
        using var scope = NewDisposeScope();
        Tensor? total = null;
        List<(string Name, Tensor Value)> parts = [];
        foreach ((double weight, ObjectiveValue value) in terms)
        {
            Tensor weighted = value.Total * weight;
            total = total is null ? weighted : total + weighted;
            parts.AddRange(value.Parts.Select(part => (part.Name, part.Value.MoveToOuterDisposeScope())));
        }

        return new ObjectiveValue(total!.MoveToOuterDisposeScope(), parts);
    }
}
