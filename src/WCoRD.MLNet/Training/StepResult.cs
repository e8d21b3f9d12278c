namespace WCoRD.MLNet;

/// <summary>What one step measured.</summary>
/// <param name="Loss">The weighted loss.</param>
/// <param name="Parts">Its named parts before weighting, in order.</param>
/// <param name="Examples">The number of examples.</param>
/// <param name="Right">How many the student classified rightly, before the step.</param>
/// <param name="Labelled">How many have a label.</param>
internal sealed record StepResult(double Loss, IReadOnlyList<(string Name, double Value)> Parts, int Examples, long Right, long Labelled)
{
    /// <summary>What else was measured of it, by name.</summary>
    public IReadOnlyList<(string Name, double Value)> Metrics { get; init; } = [];

    /// <summary>Whether the loss is a number to learn from; if not, the step changed nothing.</summary>
    public bool IsFinite => double.IsFinite(Loss);
}
