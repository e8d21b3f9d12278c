namespace WCoRD.MLNet;

/// <summary>Options of <c>NetworkTrainingEstimator</c>: training with cross-entropy alone.</summary>
public sealed class NetworkTrainingOptions : TrainingOptions
{
    /// <summary>The network to train: a name of <see cref="NetworkCatalog"/>.</summary>
    /// <value>Default <c>resnet20</c>.</value>
    public string Network { get; set; } = "resnet20";

    internal override string NetworkName => Network;

    internal override IReadOnlyList<WeightedObjective> Terms => [CrossEntropy(1)];

    private protected override void AddFaults(OptionFaults faults)
    {
        faults.NotEmpty(nameof(LabelColumnName), LabelColumnName);
        faults.KnownNetwork(nameof(Network), Network);
    }
}
