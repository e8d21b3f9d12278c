namespace WCoRD.MLNet;

/// <summary>
/// The learning rate of every step: it rises in a straight line during the warm-up; then it falls at milestones, or along a cosine.
/// </summary>
internal sealed class LearningRateSchedule
{
    private readonly double _initial;
    private readonly double _decay;
    private readonly int _warmup;
    private readonly int _epochs;
    private readonly ScheduleKind _kind;

    public LearningRateSchedule(TrainingOptions options)
    {
        _initial = options.LearningRate;
        _decay = options.LearningRateDecay;
        (_warmup, _epochs, _kind) = (options.WarmupEpochs, options.Epochs, options.Schedule);
        // The paper's 150, 180 and 210 of 240 epochs, in proportion.
        Milestones = options.Milestones
            ?? [.. Enumerable.Range(5, 3)
                .Select(eighths => options.Epochs * eighths / 8)
                .Where(epoch => epoch > 0)
                .Distinct()];
    }

    public IReadOnlyList<int> Milestones { get; }

    /// <summary>The learning rate of a step; by default, as if an epoch were one.</summary>
    /// <param name="epoch">The epoch, counted from 1.</param>
    /// <param name="step">The step within it, counted from 0.</param>
    /// <param name="steps">The steps of an epoch.</param>
    public double Rate(int epoch, int step = 0, int steps = 1)
    {
        long done = ((long)(epoch - 1) * steps) + step, warmup = (long)_warmup * steps;
        if (done < warmup)
        {
            // The first step already learns, the last of the warm-up at the full rate.
            return _initial * (done + 1) / warmup;
        }

        return _kind == ScheduleKind.Cosine
            ? _initial * (1 + Math.Cos(Math.PI * (done - warmup) / (((long)_epochs * steps) - warmup))) / 2
            : _initial * Math.Pow(_decay, Milestones.Count(milestone => epoch > milestone));
    }

    /// <summary>The learning rate of an epoch's last step.</summary>
    public double RateAtEnd(int epoch, int steps) => Rate(epoch, steps - 1, steps);
}
