using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>An objective of the first phase alone: the main phase goes on without it.</summary>
internal sealed class PreparingObjective : Objective
{
    /// <param name="objective">What the first phase minimises, which this owns.</param>
    public PreparingObjective(Objective objective)
        : base(objective.GetName())
    {
        Preparation = new Preparation(objective);
        register_module("preparation", objective);
    }

    public override Preparation Preparation { get; }

    public override bool SupportsMixUp => Preparation.Objective.SupportsMixUp;

    public override bool ReadsMaps => Preparation.Objective.ReadsMaps;

    public override ObjectiveValue Compute(DistillationStep step) => new(zeros([]), []);
}
