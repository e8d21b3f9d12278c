using System.Collections.ObjectModel;

namespace WCoRD.MLNet;

/// <summary>What one epoch of a training measured.</summary>
public sealed class EpochMetrics
{
    /// <summary>The epoch's number, counted from 1.</summary>
    public required int Epoch { get; init; }

    /// <summary>The number of epochs planned.</summary>
    public required int Epochs { get; init; }

    /// <summary>The learning rate of the epoch's last step.</summary>
    public required double LearningRate { get; init; }

    /// <summary>The mean weighted loss per example.</summary>
    public required double Loss { get; init; }

    /// <summary>The mean of each named part before weighting (<c>ce</c>, <c>gckt</c>, <c>lckt</c>, <c>kd</c>, ...).</summary>
    public required IReadOnlyDictionary<string, double> Parts { get; init; }

    /// <summary>
    /// The share of labelled training examples (augmented, while learning) classified rightly, in [0, 1]; null where classes are not
    /// learned.
    /// </summary>
    public double? Accuracy { get; init; }

    /// <summary>The share of validation examples classified rightly after the epoch, in [0, 1]; null without validation rows.</summary>
    public double? ValidationAccuracy { get; init; }

    /// <summary>How long its training took, in seconds, validation not counted.</summary>
    public required double Seconds { get; init; }

    /// <summary>Training examples per second.</summary>
    public required double ExamplesPerSecond { get; init; }

    /// <summary>
    /// What the first batch of the epoch was measured by, no part of the loss. With LCKT: <c>lckt_error</c>, the L1 error of the plan's
    /// marginals, and <c>lckt_excess</c>, how far its cost is from that of an exact
    /// plan, as a share of the latter.
    /// </summary>
    /// <value>Default empty.</value>
    public IReadOnlyDictionary<string, double> Metrics { get; init; } = ReadOnlyDictionary<string, double>.Empty;
}
