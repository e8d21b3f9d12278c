namespace WCoRD.MLNet;

/// <summary>The step schedule of the recipe: the learning rate is multiplied by a factor after each milestone.</summary>
internal sealed class LearningRateSchedule
{
    private readonly double _initial;
    private readonly double _decay;

    public LearningRateSchedule(TrainingOptions options)
    {
        _initial = options.LearningRate;
        _decay = options.LearningRateDecay;
        // The paper's 150, 180 and 210 of 240 epochs, in proportion.
        Milestones = options.Milestones
            ?? [.. Enumerable.Range(5, 3)
                .Select(eighths => options.Epochs * eighths / 8)
                .Where(epoch => epoch > 0)
                .Distinct()];
    }

    public IReadOnlyList<int> Milestones { get; }

    /// <summary>The learning rate of an epoch counted from 1.</summary>
    public double Rate(int epoch) => _initial * Math.Pow(_decay, Milestones.Count(milestone => epoch > milestone));
}
