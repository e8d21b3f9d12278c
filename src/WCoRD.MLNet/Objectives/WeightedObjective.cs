namespace WCoRD.MLNet;

/// <summary>An objective with its weight, to be made once networks and rows are known.</summary>
/// <param name="Name">Its name in logs and checkpoints.</param>
/// <param name="Weight">What its value is multiplied by, at least 0.</param>
/// <param name="Create">Makes it.</param>
public sealed record WeightedObjective(string Name, double Weight, Func<ObjectiveContext, Objective> Create)
{
    /// <summary>Name and weight.</summary>
    public override string ToString() => Invariant($"{Weight} {Name}");
}
