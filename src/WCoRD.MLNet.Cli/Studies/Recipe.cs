namespace WCoRD.MLNet.Cli.Studies;

/// <summary>By which optimiser, schedule, views and targets is trained. What is null keeps the library's default.</summary>
internal sealed record Recipe
{
    public OptimizerKind? Optimizer { get; init; }

    public double? WeightDecay { get; init; }

    public ScheduleKind? Schedule { get; init; }

    public int? WarmupEpochs { get; init; }

    public double? WeightAveraging { get; init; }

    public AugmentationKind? Augmentation { get; init; }

    public double? ColorJitter { get; init; }

    public double? MixUp { get; init; }

    public double? LabelSmoothing { get; init; }

    public void ApplyTo(TrainingOptions options)
    {
        options.Optimizer = Optimizer ?? options.Optimizer;
        options.WeightDecay = WeightDecay ?? options.WeightDecay;
        options.Schedule = Schedule ?? options.Schedule;
        options.WarmupEpochs = WarmupEpochs ?? options.WarmupEpochs;
        options.WeightAveraging = WeightAveraging ?? options.WeightAveraging;
        options.Augmentation = Augmentation ?? options.Augmentation;
        options.ColorJitter = ColorJitter ?? options.ColorJitter;
        options.MixUp = MixUp ?? options.MixUp;
        options.LabelSmoothing = LabelSmoothing ?? options.LabelSmoothing;
    }

    /// <summary>What is given, for telling another study's result; empty where nothing is.</summary>
    public override string ToString()
    {
        (string Name, object? Value)[] parts =
        [
            ("optimizer", Optimizer),
            ("weight decay", WeightDecay),
            ("schedule", Schedule),
            ("warm-up", WarmupEpochs),
            ("averaging", WeightAveraging),
            ("augmentation", Augmentation),
            ("jitter", ColorJitter),
            ("mixup", MixUp),
            ("smoothing", LabelSmoothing),
        ];
        return string.Concat(parts.Where(part => part.Value is not null).Select(part => Invariant($", {part.Name} {part.Value}")));
    }
}
