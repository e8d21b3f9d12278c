using Microsoft.ML;

namespace WCoRD.MLNet;

/// <summary>
/// The columns and the training recipe shared by all trainers. Defaults are CRD's recipe (RepDistiller), which WCoRD follows.
/// </summary>
public abstract partial class TrainingOptions
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
    /// A file of weights to begin with, in place of random ones: safetensors, what PyTorch's <c>torch.save</c> wrote, or a model that this
    /// library saved. Those that torchvision and timm publish of the catalog's networks for photographs fit by their names.
    /// The file may have another number of classes: the classifier is then made anew. Null: random weights.
    /// </summary>
    /// <value>Default null.</value>
    public string? InitialWeights { get; set; }

    /// <summary>
    /// How pixel values are normalised for the trained network; null: as <see cref="InitialWeights"/> was trained, where that is a model,
    /// else by mean and deviation of each channel, measured on the training rows. For weights that torchvision published:
    /// <see cref="InputNormalization.ImageNet"/>.
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

    /// <summary>How a step changes the weights.</summary>
    /// <value>Default <see cref="OptimizerKind.Sgd"/>.</value>
    public OptimizerKind Optimizer { get; set; } = OptimizerKind.Sgd;

    /// <summary>
    /// The learning rate, above 0, before it falls. The reference takes 0.01 for MobileNet and ShuffleNet students; AdamW takes 0.001 and
    /// less.
    /// </summary>
    /// <value>Default 0.05.</value>
    public double LearningRate { get; set; } = 0.05;

    /// <summary>How the learning rate falls.</summary>
    /// <value>Default <see cref="ScheduleKind.Steps"/>.</value>
    public ScheduleKind Schedule { get; set; } = ScheduleKind.Steps;

    /// <summary>
    /// The first epochs, at least 0 and fewer than <see cref="Epochs"/>, in which the learning rate rises in a straight line, step by step.
    /// </summary>
    /// <value>Default 0.</value>
    public int WarmupEpochs { get; set; }

    /// <summary>
    /// The epochs after which the learning rate is multiplied by <see cref="LearningRateDecay"/>, ascending; null: after 5/8, 3/4 and 7/8
    /// of <see cref="Epochs"/>, which is 150, 180 and 210 of 240. Null with <see cref="ScheduleKind.Cosine"/>, which has none.
    /// </summary>
    /// <value>Default null.</value>
    public IReadOnlyList<int>? Milestones { get; set; }

    /// <summary>The factor applied to the learning rate at each milestone, in (0, 1].</summary>
    /// <value>Default 0.1.</value>
    public double LearningRateDecay { get; set; } = 0.1;

    /// <summary>The momentum of SGD, in [0, 1).</summary>
    /// <value>Default 0.9.</value>
    public double Momentum { get; set; } = 0.9;

    /// <summary>Whether SGD's momentum is Nesterov's: <c>w = w - rate (g + Momentum b)</c> in place of <c>w - rate b</c>.</summary>
    /// <value>Default false.</value>
    public bool Nesterov { get; set; }

    /// <summary>
    /// The weight decay on every parameter, at least 0: SGD adds it to the gradient, AdamW shrinks the weights beside it.
    /// </summary>
    /// <value>Default 0.0005.</value>
    public double WeightDecay { get; set; } = 5e-4;

    /// <summary>How training images are cropped; the teacher sees the same views.</summary>
    /// <value>Default <see cref="AugmentationKind.PaddedCrop"/>.</value>
    public AugmentationKind Augmentation { get; set; } = AugmentationKind.PaddedCrop;

    /// <summary>
    /// Zero-padding of the padded crop, in pixels of the larger image where teacher and student see two sizes; 0 crops nothing.
    /// </summary>
    /// <value>Default 4.</value>
    public int CropPadding { get; set; } = 4;

    /// <summary>The least share of the image's area that a resized crop takes, in (0, 1]; the largest is all of it.</summary>
    /// <value>Default 0.25: ours; ImageNet's recipes take 0.08, of larger images.</value>
    public double CropScale { get; set; } = 0.25;

    /// <summary>
    /// The greatest ratio of a resized crop's sides, at least 1, where the image's own is 1: either side may be the longer one.
    /// </summary>
    /// <value>Default 1.33, as in ImageNet's recipes.</value>
    public double CropRatio { get; set; } = 1.33;

    /// <summary>
    /// Whether half of the training images, drawn at random, are mirrored left to right; with <see cref="AugmentationKind.None"/> none is.
    /// </summary>
    /// <value>Default true.</value>
    public bool HorizontalFlip { get; set; } = true;

    /// <summary>
    /// How far brightness, contrast and saturation of training images are changed at random, in [0, 1]: each by a factor between
    /// 1 - strength and 1 + strength; 0 changes none. For images of one or three channels with pixels of 0 to 255.
    /// </summary>
    /// <value>Default 0; recipes take 0.2 to 0.4.</value>
    public double ColorJitter { get; set; }

    /// <summary>
    /// The alpha of MixUp (Zhang et al., 2018), in [0, 1]: each training image is blended with another of its step, by a share drawn from
    /// Beta(alpha, alpha), and so is its cross-entropy; the teacher sees the same blend. 0 blends none.
    /// Refused where an objective keeps a row for each example (GCKT) or asks for its one class (DKD), and for teachers made of columns.
    /// </summary>
    /// <value>Default 0; recipes take 0.1 to 0.4.</value>
    public double MixUp { get; set; }

    /// <summary>
    /// The share e, in [0, 1), of cross-entropy's target that is spread over all C classes: <c>(1 - e)</c> on the label and <c>e / C</c>
    /// on each class.
    /// </summary>
    /// <value>Default 0; recipes take 0.1.</value>
    public double LabelSmoothing { get; set; }

    /// <summary>The greatest L2 norm of all gradients together, above 0: longer ones are shortened to it. Null shortens none.</summary>
    /// <value>Default null.</value>
    public double? MaxGradientNorm { get; set; }

    /// <summary>
    /// The decay, in [0, 1), of an exponential moving average of the trained network's weights and batch norm statistics over the steps of
    /// the main phase: it is then the average that is validated and returned. 0 averages nothing.
    /// In the first steps it is less: after n steps at most <c>(1 + n) / (10 + n)</c>.
    /// </summary>
    /// <value>Default 0; recipes take 0.99 to 0.9999, the more the longer the training.</value>
    public double WeightAveraging { get; set; }

    /// <summary>
    /// The training ends after so many epochs without a better validation accuracy, and the model is that of the best epoch, the first of
    /// equals. It needs <see cref="ValidationFraction"/> or <see cref="ValidationSet"/>, and chooses by them: measure the model on other
    /// rows. 0: the training goes to its end, and the model is that of the last epoch.
    /// </summary>
    /// <value>Default 0.</value>
    public int EarlyStoppingEpochs { get; set; }

    /// <summary>
    /// The share of training rows, in [0, 1), held back to measure validation accuracy after every epoch; 0 holds none back. The model is
    /// that of the last epoch whatever is measured, unless <see cref="EarlyStoppingEpochs"/> is given.
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

    /// <summary>
    /// The processes that train one model together, each from its share of every batch: the same model as one process makes, up to the
    /// rounding of sums. Every one of them calls <c>Fit</c> with the same rows, options and teacher, and gets the model; the first one
    /// writes checkpoints. Null, or one process: this one trains alone.
    /// </summary>
    /// <value>Default null.</value>
    public Communicator? Communicator { get; set; }

    /// <summary>
    /// Whether batch norm sees the batches of all processes as one. False spares two exchanges in each of its layers, but each process then
    /// normalises by its own share, which is another function than one process computes.
    /// </summary>
    /// <value>Default true.</value>
    public bool SynchronizeBatchNorm { get; set; } = true;

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
}
