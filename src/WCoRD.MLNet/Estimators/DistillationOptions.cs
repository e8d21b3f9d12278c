namespace WCoRD.MLNet;

/// <summary>Options of <c>DistillationEstimator</c>: any objectives, each with its weight.</summary>
/// <remarks>The objective is <c>L = CrossEntropyWeight * L_CE + SoftTargetWeight * T^2 * KL + sum of Objectives</c>.</remarks>
public sealed class DistillationOptions : StudentTrainingOptions
{
    /// <summary>The objectives beside cross-entropy and soft targets: those of <see cref="Distillers"/>, or your own.</summary>
    /// <value>Default empty.</value>
    public IReadOnlyList<WeightedObjective> Objectives { get; set; } = [];

    /// <summary>The epochs before <c>Epochs</c> in which an objective that has an initial stage (AB, FT, FSP) prepares.</summary>
    /// <value>Default 30, as in the reference scripts; 0: none.</value>
    public int InitialEpochs { get; set; } = 30;

    internal override bool LearnsWithoutLabel => SoftTargetWeight > 0 || Objectives.Any(objective => objective.Weight > 0);

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

        faults.Check(CrossEntropyWeight > 0 || LearnsWithoutLabel, nameof(Objectives), "[]", "at least one objective or weight above 0");
    }
}
