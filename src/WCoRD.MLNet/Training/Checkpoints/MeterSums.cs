namespace WCoRD.MLNet;

/// <summary>What an epoch in progress has added up so far.</summary>
/// <param name="Loss">The sum of the weighted loss over the examples.</param>
/// <param name="Parts">The sums of the named parts, in order.</param>
/// <param name="Examples">The number of examples.</param>
/// <param name="Right">How many were classified rightly.</param>
/// <param name="Labelled">How many have a label.</param>
/// <param name="Seconds">The time spent on them.</param>
internal sealed record MeterSums(
    double Loss, OrderedDictionary<string, double> Parts, long Examples, long Right, long Labelled, double Seconds)
{
    /// <summary>What was measured of one of its batches, in order.</summary>
    public OrderedDictionary<string, double> Metrics { get; init; } = [];
}
