namespace WCoRD.MLNet;

/// <summary>The course of a training: its seed, and the metrics of every epoch in order.</summary>
[TypeFormatterSource(typeof(HtmlFormatterSource), PreferredMimeTypes = [HtmlFormatterSource.MimeType])]
public sealed class TrainingHistory
{
    private const int EpochsShown = 20;

    /// <summary>The seed from which every random stream was derived.</summary>
    public required int Seed { get; init; }

    /// <summary>The metrics of every epoch.</summary>
    public required IReadOnlyList<EpochMetrics> Epochs { get; init; }

    /// <summary>
    /// The epoch whose weights the model has, where that is the best rather than the last
    /// (<see cref="TrainingOptions.EarlyStoppingEpochs"/>); null: the last.
    /// </summary>
    public int? ReturnedEpoch { get; init; }

    /// <summary>
    /// What the training was asked and given: options by name, the data's and the teacher's fingerprints, and the versions of the
    /// libraries.
    /// </summary>
    /// <value>Empty in models that were saved before this was kept.</value>
    public IReadOnlyDictionary<string, string> Run { get; init; } = new Dictionary<string, string>();

    /// <summary>When the training ended; null in models that were saved before this was kept.</summary>
    public DateTimeOffset? Ended { get; init; }

    /// <summary>
    /// LCKT's transport plan of a few training rows, four of each of the first eight classes, once the training was done; null without
    /// LCKT.
    /// </summary>
    public TransportPlan? Transport { get; init; }

    /// <summary>The epochs as a table; of many, some.</summary>
    /// <returns>Text.</returns>
    public override string ToString()
    {
        if (Epochs.Count == 0)
        {
            return Invariant($"no epoch was trained (seed {Seed})");
        }

        int every = (Epochs.Count + EpochsShown - 1) / EpochsShown;
        return TextTable.Of(
                Header(),
                [.. Epochs.Where((epoch, i) => i % every == 0 || i == Epochs.Count - 1 || epoch.Epoch == ReturnedEpoch).Select(Row)])
            + (ReturnedEpoch is { } returned ? Invariant($"{Environment.NewLine}the model is that of epoch {returned}, the best") : "");
    }

    /// <summary>The names of the parts of the loss.</summary>
    internal string[] PartNames() => [.. Epochs.SelectMany(epoch => epoch.Parts.Keys).Distinct()];

    /// <summary>The heads of a table of epochs.</summary>
    internal string[] Header() => ["epoch", "rate", "loss", .. PartNames(), "accuracy %", "validation %", "s"];

    /// <summary>An epoch in such a table.</summary>
    internal string[] Row(EpochMetrics epoch) =>
    [
        Invariant($"{epoch.Epoch}"),
        Invariant($"{epoch.LearningRate:G4}"),
        Invariant($"{epoch.Loss:F3}"),
        .. PartNames().Select(part => epoch.Parts.TryGetValue(part, out double value) ? Invariant($"{value:F3}") : ""),
        Invariant($"{100 * epoch.Accuracy:F1}"),
        Invariant($"{100 * epoch.ValidationAccuracy:F1}"),
        Invariant($"{epoch.Seconds:F1}"),
    ];
}
