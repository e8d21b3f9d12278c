using System.Collections.ObjectModel;

namespace WCoRD.MLNet;

/// <summary>What one epoch of a training measured.</summary>
/// <param name="Epoch">The epoch's number, counted from 1.</param>
/// <param name="Epochs">The number of epochs planned.</param>
/// <param name="LearningRate">The learning rate of the epoch.</param>
/// <param name="Loss">The mean weighted loss per example.</param>
/// <param name="Parts">The mean of each named part before weighting (<c>ce</c>, <c>gckt</c>, <c>lckt</c>, <c>kd</c>, ...).</param>
/// <param name="Accuracy">The share of labelled training examples (augmented, while learning) classified rightly, in [0, 1]; null where classes are not learned.</param>
/// <param name="ValidationAccuracy">The share of validation examples classified rightly after the epoch, in [0, 1]; null without a validation fraction.</param>
/// <param name="Seconds">How long its training took, in seconds, validation not counted.</param>
/// <param name="ExamplesPerSecond">Training examples per second.</param>
public sealed record EpochMetrics(
    int Epoch,
    int Epochs,
    double LearningRate,
    double Loss,
    IReadOnlyDictionary<string, double> Parts,
    double? Accuracy,
    double? ValidationAccuracy,
    double Seconds,
    double ExamplesPerSecond)
{
    /// <summary>
    /// What the first batch of the epoch was measured by, no part of the loss. With LCKT: <c>lckt_error</c>, the L1 error of the plan's marginals, and <c>lckt_excess</c>, how far its cost is from that of an exact
    /// plan, as a share of the latter.
    /// </summary>
    /// <value>Default empty.</value>
    public IReadOnlyDictionary<string, double> Metrics { get; init; } = ReadOnlyDictionary<string, double>.Empty;
}
