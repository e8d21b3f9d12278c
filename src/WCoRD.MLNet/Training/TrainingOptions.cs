using Microsoft.ML;

namespace WCoRD.MLNet;

/// <summary>
/// The columns and the training recipe shared by all trainers. Defaults are CRD's recipe (RepDistiller), which WCoRD follows.
/// </summary>
public abstract class TrainingOptions
{
    /// <summary>
    /// The label column: a key with at least two classes. Distillation takes null as well: the student then learns from the teacher alone.
    /// </summary>
    /// <value>Default <c>Label</c>.</value>
    public string? LabelColumnName { get; set; } = "Label";

    /// <summary>The image column: Vector&lt;Byte&gt; or Vector&lt;Single&gt; of known size channels x height x width.</summary>
    /// <value>Default <c>Pixels</c>.</value>
    public string InputColumnName { get; set; } = "Pixels";

    /// <summary>
    /// Channels, height and width of <see cref="InputColumnName"/>, where its type does not tell: of a flat vector, as
    /// <c>LoadFromTextFile</c> gives, or of height x width with one channel.
    /// The pixels lie channel by channel, row by row. Null: the type has these three dimensions.
    /// </summary>
    /// <value>Default null.</value>
    public IReadOnlyList<int>? InputShape { get; set; }

    /// <summary>
    /// The added column of class probabilities. Like the other added columns, it hides one of its name that an earlier stage added, but
    /// must have another name than those read here.
    /// </summary>
    /// <value>Default <c>Score</c>.</value>
    public string ScoreColumnName { get; set; } = "Score";

    /// <summary>The added column of the most probable class.</summary>
    /// <value>Default <c>PredictedLabel</c>.</value>
    public string PredictedLabelColumnName { get; set; } = "PredictedLabel";

    /// <summary>The added column of penultimate features; null adds none, but where no classes are learned, <c>Features</c>.</summary>
    /// <value>Default null.</value>
    public string? FeaturesColumnName { get; set; }

    /// <summary>
    /// How pixel values are normalised for the trained network; null measures mean and deviation of each channel on the training rows.
    /// </summary>
    /// <value>Default null.</value>
    public InputNormalization? Normalization { get; set; }

    /// <summary>The number of passes over the training rows, at least 1.</summary>
    /// <value>Default 240.</value>
    public int Epochs { get; set; } = 240;

    /// <summary>
    /// The number of examples in a step, at least 1. The last step of an epoch may have fewer; a single row that is left over joins the
    /// step before it.
    /// </summary>
    /// <value>Default 64.</value>
    public int BatchSize { get; set; } = 64;

    /// <summary>The initial learning rate of SGD, above 0. The reference takes 0.01 for MobileNet and ShuffleNet students.</summary>
    /// <value>Default 0.05.</value>
    public double LearningRate { get; set; } = 0.05;

    /// <summary>
    /// The epochs after which the learning rate is multiplied by <see cref="LearningRateDecay"/>, ascending; null: after 5/8, 3/4 and 7/8
    /// of <see cref="Epochs"/>, which is 150, 180 and 210 of 240.
    /// </summary>
    /// <value>Default null.</value>
    public IReadOnlyList<int>? Milestones { get; set; }

    /// <summary>The factor applied to the learning rate at each milestone, in (0, 1].</summary>
    /// <value>Default 0.1.</value>
    public double LearningRateDecay { get; set; } = 0.1;

    /// <summary>The momentum of SGD, in [0, 1).</summary>
    /// <value>Default 0.9.</value>
    public double Momentum { get; set; } = 0.9;

    /// <summary>The weight decay of SGD on every parameter, at least 0.</summary>
    /// <value>Default 0.0005.</value>
    public double WeightDecay { get; set; } = 5e-4;

    /// <summary>
    /// Zero-padding of the random crop, in pixels of the larger image where teacher and student see two sizes; 0 crops nothing.
    /// </summary>
    /// <value>Default 4.</value>
    public int CropPadding { get; set; } = 4;

    /// <summary>Whether half of the training images, drawn at random, are mirrored left to right.</summary>
    /// <value>Default true.</value>
    public bool HorizontalFlip { get; set; } = true;

    /// <summary>The greatest L2 norm of all gradients together, above 0: longer ones are shortened to it. Null shortens none.</summary>
    /// <value>Default null.</value>
    public double? MaxGradientNorm { get; set; }

    /// <summary>
    /// The share of training rows, in [0, 1), held back to measure validation accuracy after every epoch; 0 holds none back. The model is
    /// always that of the last epoch.
    /// </summary>
    /// <value>Default 0.</value>
    public double ValidationFraction { get; set; }

    /// <summary>
    /// Rows with the same columns, on which validation accuracy is measured after every epoch, in place of
    /// <see cref="ValidationFraction"/>.
    /// </summary>
    /// <value>Default null.</value>
    public IDataView? ValidationSet { get; set; }

    /// <summary>
    /// The memory, in MiB, above 0, that the rows read may take, a byte or a Single for each value. More rows are kept in a temporary file
    /// that is mapped into memory: the system holds of it what it has room for.
    /// The training is the same, bit for bit; null keeps all rows in memory.
    /// </summary>
    /// <value>Default null.</value>
    public double? MemoryBudget { get; set; }

    /// <summary>
    /// The numbers that the trained network computes with; its weights, like losses and statistics, are float32 whatever is chosen.
    /// </summary>
    /// <value>Default <see cref="Precision.Float32"/>.</value>
    public Precision Precision { get; set; } = Precision.Float32;

    /// <summary>
    /// The seed of every random draw; null: follows <c>MLContext</c>'s. The same seed on the same machine gives the same weights, bit for
    /// bit.
    /// </summary>
    /// <value>Default null.</value>
    public int? Seed { get; set; }

    /// <summary>The number of rows scored by one network call, at least 1.</summary>
    /// <value>Default 128.</value>
    public int ScoringBatchSize { get; set; } = 128;

    /// <summary>Receives the metrics of every epoch.</summary>
    /// <value>Default null.</value>
    public IProgress<EpochMetrics>? Progress { get; set; }

    /// <summary>Receives the position after every step.</summary>
    /// <value>Default null.</value>
    public IProgress<StepProgress>? StepProgress { get; set; }

    /// <summary>
    /// Stops the training between two steps. ML.NET's own <c>MLContext.CancelExecution</c>, which AutoML calls, does so too.
    /// </summary>
    /// <value>Default none.</value>
    public CancellationToken CancellationToken { get; set; }

    /// <summary>What a cancelled training gives.</summary>
    /// <value>Default <see cref="CancelBehavior.Throw"/>.</value>
    public CancelBehavior OnCancel { get; set; } = CancelBehavior.Throw;

    /// <summary>
    /// The folder of this training's checkpoints, made where it is missing; null writes none. Each holds everything a training is, the last
    /// two are kept, and a stop at any moment leaves them whole.
    /// </summary>
    /// <value>Default null.</value>
    public string? CheckpointFolder { get; set; }

    /// <summary>A checkpoint is written after so many epochs, at least 1, and after the last.</summary>
    /// <value>Default 1.</value>
    public int CheckpointEpochs { get; set; } = 1;

    /// <summary>Within an epoch, a checkpoint is written once so many minutes, above 0, have passed since the last.</summary>
    /// <value>Default 10.</value>
    public double CheckpointMinutes { get; set; } = 10;

    /// <summary>
    /// Whether to go on from the newest checkpoint of <see cref="CheckpointFolder"/>, to the same weights, bit for bit, as without the
    /// stop. Data, teacher and options must be the same;
    /// <see cref="Epochs"/> may be more. With none there the training begins. False: a folder that holds checkpoints is refused, so that
    /// nothing is lost.
    /// </summary>
    /// <value>Default false.</value>
    public bool Resume { get; set; }

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
        faults.Check(Epochs >= 1, nameof(Epochs), Epochs, "at least 1");
        faults.Check(BatchSize >= 1, nameof(BatchSize), BatchSize, "at least 1");
        faults.Check(double.IsFinite(LearningRate) && LearningRate > 0, nameof(LearningRate), LearningRate, "above 0");
        faults.Check(
            Milestones is null || Ascending(Milestones),
            nameof(Milestones),
            Milestones is null ? null : InvariantText.Join(",", Milestones),
            "ascending epochs, at least 1");
        faults.Check(LearningRateDecay is > 0 and <= 1, nameof(LearningRateDecay), LearningRateDecay, "in (0, 1]");
        faults.Check(Momentum is >= 0 and < 1, nameof(Momentum), Momentum, "in [0, 1)");
        faults.Check(double.IsFinite(WeightDecay) && WeightDecay >= 0, nameof(WeightDecay), WeightDecay, "at least 0");
        faults.Check(CropPadding >= 0, nameof(CropPadding), CropPadding, "at least 0");
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
        AddFaults(faults);
        AddHidingFaults(faults);
        faults.Throw(GetType().Name);
    }

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
    private protected static WeightedObjective CrossEntropy(double weight) => new("ce", weight, _ => new CrossEntropyObjective());

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
