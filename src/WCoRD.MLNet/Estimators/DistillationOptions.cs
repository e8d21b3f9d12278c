namespace WCoRD.MLNet;

/// <summary>Options of <c>DistillationEstimator</c>: any objectives, each with its weight.</summary>
/// <remarks>The objective is <c>L = CrossEntropyWeight * L_CE + SoftTargetWeight * T^2 * KL + sum of Objectives</c>.</remarks>
public sealed class DistillationOptions : StudentTrainingOptions
{
    /// <summary>The objectives beside cross-entropy and soft targets: those of <see cref="Distillers"/>, or your own.</summary>
    /// <value>Default empty.</value>
    public IReadOnlyList<WeightedObjective> Objectives { get; set; } = [];

    /// <summary>The epochs before <c>Epochs</c> of a phase in which an objective prepares (AB, FT, FSP).</summary>
    /// <value>Default 30, as in the reference scripts; 0: none.</value>
    public int InitialEpochs { get; set; } = 30;

    internal override int PreparingEpochs => InitialEpochs;

    private protected override IEnumerable<WeightedObjective> OwnTerms => Objectives.Where(objective => objective.Weight > 0);

    private protected override void CopyLists()
    {
        base.CopyLists();
        Objectives = [.. Objectives];
    }

    private protected override void AddFaults(OptionFaults faults)
    {
        base.AddFaults(faults);
        faults.Check(InitialEpochs >= 0, nameof(InitialEpochs), InitialEpochs, "at least 0");
        foreach (WeightedObjective objective in Objectives)
        {
            faults.Check(IsWeight(objective.Weight), $"Objectives '{objective.Name}'", objective.Weight, "a weight of at least 0");
        }
    }
}
