namespace WCoRD.MLNet;

/// <summary>A stretch of the training with an optimiser of its own.</summary>
/// <param name="Objective">What it minimises.</param>
/// <param name="First">Its first epoch, counted from 1 over all phases.</param>
/// <param name="Last">Its last epoch.</param>
/// <param name="LearningRate">Its constant learning rate; null: by the schedule, as in the main phase.</param>
internal sealed record Phase(Objective Objective, int First, int Last, double? LearningRate)
{
    /// <summary>Whether it comes before the main phase.</summary>
    public bool Prepares => LearningRate is not null;
}
