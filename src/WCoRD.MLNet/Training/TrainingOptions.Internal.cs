using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <content>What the library makes of them.</content>
public abstract partial class TrainingOptions
{
    /// <summary>The columns added; null where none is.</summary>
    internal (string? Score, string? PredictedLabel, string? Features) Added => LearnsClasses
        ? (ScoreColumnName, PredictedLabelColumnName, FeaturesColumnName)
        : (null, null, FeaturesColumnName ?? "Features");

    /// <summary>The columns read, by the options that name them.</summary>
    private protected virtual IEnumerable<(string Option, string? Name)> Read =>
        [(nameof(LabelColumnName), LabelColumnName), (nameof(InputColumnName), InputColumnName)];

    /// <summary>Whether the network learns to tell classes; if not, it gives features only.</summary>
    internal virtual bool LearnsClasses => true;

    /// <summary>The network to train: a name of <see cref="NetworkCatalog"/>.</summary>
    internal abstract string NetworkName { get; }

    /// <summary>What is minimised: the terms whose weighted sum is the loss.</summary>
    internal abstract IReadOnlyList<WeightedObjective> Terms { get; }

    /// <summary>The epochs of a phase before the main one, for the terms that have one.</summary>
    internal virtual int PreparingEpochs => 0;

    /// <summary>The term of the labels.</summary>
    private protected WeightedObjective CrossEntropy(double weight) => new("ce", weight, _ => new CrossEntropyObjective(LabelSmoothing));

    /// <summary>Makes what records steps where they are computed; a null of it: every step is asked for piece by piece.</summary>
    internal Func<Device, IRecorder?> Recorder { get; set; } = CudaGraph.On;

    /// <summary>Whether rows without a label count as well.</summary>
    internal virtual bool LearnsWithoutLabel => false;

    private protected abstract void AddFaults(OptionFaults faults);

    /// <summary>A copy that later changes of these options, and of what they list, do not reach.</summary>
    internal TrainingOptions Copy()
    {
        var copy = (TrainingOptions)MemberwiseClone();
        copy.CopyLists();
        return copy;
    }

    /// <summary>Called on the copy: takes lists of its own.</summary>
    private protected virtual void CopyLists()
    {
        InputShape = InputShape is { } shape ? [.. shape] : null;
        Milestones = Milestones is { } epochs ? [.. epochs] : null;
    }
}
