namespace WCoRD.MLNet;

/// <summary>What one step measured.</summary>
/// <param name="Number">The step's number in its epoch, counted from 1.</param>
/// <param name="Loss">The weighted loss.</param>
/// <param name="Parts">Its named parts before weighting, in order.</param>
/// <param name="Examples">The number of examples.</param>
/// <param name="Right">How many the student classified rightly, before the step.</param>
/// <param name="Labelled">How many have a label.</param>
/// <param name="Metrics">What else was measured of it, by name.</param>
internal sealed record StepResult(
    int Number,
    double Loss,
    IReadOnlyList<(string Name, double Value)> Parts,
    int Examples,
    long Right,
    long Labelled,
    IReadOnlyList<(string Name, double Value)> Metrics)
{
    /// <summary>Whether the loss is a number to learn from.</summary>
    public bool IsFinite => double.IsFinite(Loss);
}
