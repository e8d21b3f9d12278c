namespace WCoRD.MLNet;

/// <summary>
/// Where a training stands between two steps, and what it has measured: with the tensors, all that its future depends on. Random streams
/// follow from seed, epoch and step.
/// </summary>
/// <param name="Seed">The seed of every random stream.</param>
/// <param name="Epoch">The epoch in progress, counted from 1; one more than planned when all are done.</param>
/// <param name="Step">The steps done of it.</param>
/// <param name="Epochs">The metrics of the epochs done.</param>
/// <param name="Meter">The epoch in progress; null at its beginning.</param>
/// <param name="Run">What identifies the run: see <see cref="RunIdentity"/>.</param>
internal sealed record TrainingPosition(
    int Seed, int Epoch, int Step, IReadOnlyList<EpochMetrics> Epochs, MeterSums? Meter, IReadOnlyDictionary<string, string> Run);
