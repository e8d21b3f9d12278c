namespace WCoRD.MLNet;

/// <summary>An objective with its weight, to be made once networks and rows are known.</summary>
public sealed record WeightedObjective
{
    /// <summary>Names an objective and its weight.</summary>
    /// <param name="name">Its name in logs and checkpoints.</param>
    /// <param name="weight">What its value is multiplied by, at least 0.</param>
    /// <param name="create">Makes it.</param>
    public WeightedObjective(string name, double weight, Func<ObjectiveContext, Objective> create)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(create);
        (Name, Weight, Create) = (name, weight, create);
    }

    /// <summary>Its name in logs and checkpoints.</summary>
    public string Name { get; }

    /// <summary>What its value is multiplied by, at least 0.</summary>
    public double Weight { get; init; }

    /// <summary>Makes it.</summary>
    public Func<ObjectiveContext, Objective> Create { get; }

    /// <summary>Weight and name.</summary>
    public override string ToString() => Invariant($"{Weight} {Name}");
}
