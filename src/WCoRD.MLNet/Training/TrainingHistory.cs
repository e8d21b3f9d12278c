namespace WCoRD.MLNet;

/// <summary>The course of a training: its seed, and the metrics of every epoch in order.</summary>
/// <param name="Seed">The seed from which every random stream was derived.</param>
/// <param name="Epochs">The metrics of every epoch.</param>
public sealed partial record TrainingHistory(int Seed, IReadOnlyList<EpochMetrics> Epochs)
{
    /// <summary>What the training was asked and given: options by name, the data's and the teacher's fingerprints, and the versions of the libraries.</summary>
    /// <value>Empty in models that were saved before this was kept.</value>
    public IReadOnlyDictionary<string, string> Run { get; init; } = new Dictionary<string, string>();

    /// <summary>When the training ended; null in models that were saved before this was kept.</summary>
    public DateTimeOffset? Ended { get; init; }

    /// <summary>LCKT's transport plan of a few training rows, four of each of the first eight classes, once the training was done; null without LCKT.</summary>
    public TransportPlan? Transport { get; init; }
}
