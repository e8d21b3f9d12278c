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
            register_module($"{i}_{objective.GetName()}", objective);
        }
    }

    public override ObjectiveValue Compute(DistillationStep step)
    {
        using var scope = NewDisposeScope();
        Tensor? total = null;
        List<(string Name, Tensor Value)> parts = [];
        foreach ((double weight, Objective objective) in _terms)
        {
            ObjectiveValue value = objective.Compute(step);
            Tensor weighted = value.Total * weight;
            total = total is null ? weighted : total + weighted;
            parts.AddRange(value.Parts.Select(part => (part.Name, part.Value.MoveToOuterDisposeScope())));
        }

        return new ObjectiveValue(total!.MoveToOuterDisposeScope(), parts);
    }

    public override void AfterStep()
    {
        foreach ((_, Objective objective) in _terms)
        {
            objective.AfterStep();
        }
    }
}
