namespace WCoRD.MLNet;

/// <summary>What an objective may know when it is made, before the first step.</summary>
/// <param name="Student">The shapes of what the student gives.</param>
/// <param name="Teacher">The shapes of what the teacher gives.</param>
/// <param name="Labels">The class of every training row, counted from 0, or <see cref="DistillationStep.NoLabel"/>, in the order that <see cref="DistillationStep.Indices"/> counts.</param>
/// <param name="Seed">The seed of the objective's own random draws.</param>
public sealed record ObjectiveContext(OutputShapes Student, OutputShapes Teacher, IReadOnlyList<long> Labels, int Seed)
{
    /// <summary>The epochs of an initial stage, for the objectives that have one.</summary>
    /// <value>Default 30, as in the reference scripts.</value>
    public int InitialEpochs { get; init; } = 30;
}
