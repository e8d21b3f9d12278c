namespace WCoRD.MLNet;

/// <summary>What an objective may know when it is made, before the first step.</summary>
public sealed record ObjectiveContext
{
    /// <summary>The shapes of what the student gives.</summary>
    public required OutputShapes Student { get; init; }

    /// <summary>The shapes of what the teacher gives.</summary>
    public required OutputShapes Teacher { get; init; }

    /// <summary>
    /// The class of every training row, counted from 0, or <see cref="DistillationStep.NoLabel"/>, in the order that
    /// <see cref="DistillationStep.Indices"/> counts.
    /// </summary>
    public required IReadOnlyList<long> Labels { get; init; }

    /// <summary>The seed of the objective's own random draws.</summary>
    public required int Seed { get; init; }
}
