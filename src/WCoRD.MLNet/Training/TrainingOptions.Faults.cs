namespace WCoRD.MLNet;

/// <content>What is wrong with them.</content>
public abstract partial class TrainingOptions
{
    /// <summary>Checks all options and reports all faults at once.</summary>
    /// <exception cref="ArgumentException">One or more options are out of range; the message lists every one.</exception>
    public void Validate()
    {
        var faults = new OptionFaults();
        faults.NotEmpty(nameof(InputColumnName), InputColumnName);
        faults.Shape(nameof(InputShape), InputShape);
        faults.NotEmpty(nameof(ScoreColumnName), ScoreColumnName);
        faults.NotEmpty(nameof(PredictedLabelColumnName), PredictedLabelColumnName);
        faults.Check(FeaturesColumnName != "", nameof(FeaturesColumnName), FeaturesColumnName, "a column name or null");
        faults.Check(
            InitialWeights is null || !string.IsNullOrWhiteSpace(InitialWeights),
            nameof(InitialWeights),
            $"'{InitialWeights}'",
            "a file or null");
        faults.Check(Epochs >= 1, nameof(Epochs), Epochs, "at least 1");
        faults.Check(BatchSize >= 1, nameof(BatchSize), BatchSize, "at least 1");
        faults.Check(
            MaxGradientNorm is null || (double.IsFinite(MaxGradientNorm.Value) && MaxGradientNorm > 0),
            nameof(MaxGradientNorm),
            MaxGradientNorm,
            "null or above 0");
        faults.Check(Enum.IsDefined(OnCancel), nameof(OnCancel), OnCancel, string.Join(", ", Enum.GetNames<CancelBehavior>()));
        faults.Check(
            CheckpointFolder is null || !string.IsNullOrWhiteSpace(CheckpointFolder),
            nameof(CheckpointFolder),
            $"'{CheckpointFolder}'",
            "a folder or null");
        faults.Check(CheckpointEpochs >= 1, nameof(CheckpointEpochs), CheckpointEpochs, "at least 1");
        faults.Check(CheckpointMinutes > 0, nameof(CheckpointMinutes), CheckpointMinutes, "above 0");
        faults.Check(!Resume || CheckpointFolder is not null, nameof(Resume), Resume, "false where CheckpointFolder is null");
        faults.Check(ValidationFraction is >= 0 and < 1, nameof(ValidationFraction), ValidationFraction, "in [0, 1)");
        faults.Check(
            ValidationSet is null || ValidationFraction == 0,
            nameof(ValidationFraction),
            ValidationFraction,
            "0 where ValidationSet is given");
        faults.Check(ValidationSet is null || LearnsClasses, nameof(ValidationSet), "given", "null where LabelColumnName is null");
        faults.Check(MemoryBudget is not { } budget || budget > 0, nameof(MemoryBudget), MemoryBudget, "null or above 0");
        faults.Check(Enum.IsDefined(Precision), nameof(Precision), Precision, string.Join(", ", Enum.GetNames<Precision>()));
        faults.Check(ScoringBatchSize >= 1, nameof(ScoringBatchSize), ScoringBatchSize, "at least 1");
        AddOptimizationFaults(faults);
        AddViewFaults(faults);
        AddFaults(faults);
        AddHidingFaults(faults);
        faults.Throw(GetType().Name);
    }

    private void AddOptimizationFaults(OptionFaults faults)
    {
        string? milestones = Milestones is null ? null : InvariantText.Join(",", Milestones);
        faults.Check(Enum.IsDefined(Optimizer), nameof(Optimizer), Optimizer, string.Join(", ", Enum.GetNames<OptimizerKind>()));
        faults.Check(double.IsFinite(LearningRate) && LearningRate > 0, nameof(LearningRate), LearningRate, "above 0");
        faults.Check(Enum.IsDefined(Schedule), nameof(Schedule), Schedule, string.Join(", ", Enum.GetNames<ScheduleKind>()));
        faults.Check(
            WarmupEpochs == 0 || (WarmupEpochs > 0 && WarmupEpochs < Epochs),
            nameof(WarmupEpochs),
            WarmupEpochs,
            Invariant($"at least 0, and fewer than Epochs ({Epochs})"));
        faults.Check(
            Milestones is null || Ascending(Milestones), nameof(Milestones), milestones, "ascending epochs, at least 1");
        faults.Check(
            Milestones is null || Schedule != ScheduleKind.Cosine,
            nameof(Milestones),
            milestones,
            "null with Schedule Cosine, which has none");
        faults.Check(LearningRateDecay is > 0 and <= 1, nameof(LearningRateDecay), LearningRateDecay, "in (0, 1]");
        faults.Check(Momentum is >= 0 and < 1, nameof(Momentum), Momentum, "in [0, 1)");
        faults.Check(
            !Nesterov || (Optimizer == OptimizerKind.Sgd && Momentum > 0),
            nameof(Nesterov),
            Nesterov,
            "false with AdamW or Momentum 0: it is a way of SGD's momentum");
        faults.Check(double.IsFinite(WeightDecay) && WeightDecay >= 0, nameof(WeightDecay), WeightDecay, "at least 0");
        faults.Check(WeightAveraging is >= 0 and < 1, nameof(WeightAveraging), WeightAveraging, "in [0, 1)");
        faults.Check(EarlyStoppingEpochs >= 0, nameof(EarlyStoppingEpochs), EarlyStoppingEpochs, "at least 0");
        faults.Check(
            EarlyStoppingEpochs == 0 || ValidationSet is not null || ValidationFraction > 0,
            nameof(EarlyStoppingEpochs),
            EarlyStoppingEpochs,
            "0 where nothing is validated: give a ValidationFraction or ValidationSet");
    }

    private void AddViewFaults(OptionFaults faults)
    {
        faults.Check(
            Enum.IsDefined(Augmentation), nameof(Augmentation), Augmentation, string.Join(", ", Enum.GetNames<AugmentationKind>()));
        faults.Check(CropPadding >= 0, nameof(CropPadding), CropPadding, "at least 0");
        faults.Check(CropScale is > 0 and <= 1, nameof(CropScale), CropScale, "in (0, 1]");
        faults.Check(double.IsFinite(CropRatio) && CropRatio >= 1, nameof(CropRatio), CropRatio, "at least 1");
        faults.Check(ColorJitter is >= 0 and <= 1, nameof(ColorJitter), ColorJitter, "in [0, 1]");
        faults.Check(
            ColorJitter == 0 || Augmentation != AugmentationKind.None, nameof(ColorJitter), ColorJitter, "0 with Augmentation None");
        faults.Check(MixUp is >= 0 and <= 1, nameof(MixUp), MixUp, "in [0, 1]");
        faults.Check(LabelSmoothing is >= 0 and < 1, nameof(LabelSmoothing), LabelSmoothing, "in [0, 1)");
    }

    // What an earlier stage added may be hidden, as by ML.NET's own trainers, but nothing that this stage reads or adds.
    private void AddHidingFaults(OptionFaults faults)
    {
        List<(string Option, string? Name)> taken = [.. Read];
        (string? score, string? predictedLabel, string? features) = Added;
        foreach ((string option, string? name) in ((string, string?)[])
        [
            (nameof(ScoreColumnName), score),
            (nameof(PredictedLabelColumnName), predictedLabel),
            (nameof(FeaturesColumnName), features),
        ])
        {
            foreach ((string other, _) in taken.Where(column => !string.IsNullOrEmpty(name) && column.Name == name))
            {
                faults.Check(false, option, $"'{name}'", $"another name than {other}'s, whose column it would hide");
            }

            taken.Add((option, name));
        }
    }

    private static bool Ascending(IReadOnlyList<int> epochs) =>
        epochs.Select((epoch, i) => epoch >= 1 && (i == 0 || epoch > epochs[i - 1])).All(right => right);
}
