namespace WCoRD.MLNet;

/// <summary>
/// What an objective has trained before the main phase, with an optimiser of its own: AB and FSP bring the student near the teacher, FT
/// learns what it compares by.
/// </summary>
/// <param name="objective">What the phase minimises.</param>
public sealed class Preparation(Objective objective)
{
    /// <summary>What the phase minimises.</summary>
    public Objective Objective { get; } = objective;

    /// <summary>
    /// How many epochs, which come before those of the options; null: <see cref="DistillationOptions"/>' <c>InitialEpochs</c>.
    /// </summary>
    /// <value>Default null.</value>
    public int? Epochs { get; init; }

    /// <summary>Its constant learning rate; null: that of the options.</summary>
    /// <value>Default null.</value>
    public double? LearningRate { get; init; }
}
