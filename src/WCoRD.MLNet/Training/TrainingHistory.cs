namespace WCoRD.MLNet;

/// <summary>The course of a training: its seed, and the metrics of every epoch in order.</summary>
/// <param name="Seed">The seed from which every random stream was derived.</param>
/// <param name="Epochs">The metrics of every epoch.</param>
public sealed record TrainingHistory(int Seed, IReadOnlyList<EpochMetrics> Epochs);
