using System.CommandLine;
using WCoRD.MLNet.Cli.Studies;

namespace WCoRD.MLNet.Cli.Commands;

/// <summary>The options of training that <c>teach</c> and <c>distill</c> share. What is not given keeps the library's default.</summary>
internal static class TrainingArguments
{
    private static readonly Option<int?> Epochs = NumberOptions.Whole("--epochs", "Passes over the training rows. Default: 240.");
    private static readonly Option<int?> BatchSize = NumberOptions.Whole("--batch-size", "Examples in a step. Default: 64.");
    private static readonly Option<double?> LearningRate = NumberOptions.Number(
        "--learning-rate", "Learning rate before it falls; AdamW takes 0.001 and less. Default: 0.05.");
    private static readonly Option<double?> ValidationFraction = NumberOptions.Number(
        "--validation-fraction", "Share of training rows held back to measure accuracy after every epoch. Default: 0.");
    private static readonly Option<int[]?> Milestones = NumberOptions.Wholes(
        "--milestones",
        "Epochs after which the learning rate falls to a tenth, as 150,180,210. Default: after 5/8, 3/4 and 7/8 of all epochs.",
        "epochs divided by commas, as 150,180,210");

    private static readonly Option<OptimizerKind?> Optimizer = ChoiceOption.Of<OptimizerKind>(
        "--optimizer", "How a step changes the weights. Default: sgd.");
    private static readonly Option<double?> WeightDecay = NumberOptions.Number("--weight-decay", "Weight decay. Default: 0.0005.");
    private static readonly Option<ScheduleKind?> LearningRateFalls = ChoiceOption.Of<ScheduleKind>(
        "--schedule", "How the learning rate falls: at --milestones (steps, default) or along a cosine.");
    private static readonly Option<int?> WarmupEpochs = NumberOptions.Whole(
        "--warmup-epochs", "First epochs, in which the learning rate rises. Default: 0.", minimum: 0);
    private static readonly Option<double?> WeightAveraging = NumberOptions.Number(
        "--weight-averaging", "Decay of a moving average of the weights, which is then the model; as 0.999. Default: none.");
    private static readonly Option<AugmentationKind?> Augmentation = ChoiceOption.Of<AugmentationKind>(
        "--augmentation", "How training images are cropped. Default: paddedcrop.");
    private static readonly Option<double?> ColorJitter = NumberOptions.Number(
        "--color-jitter", "How far brightness, contrast and saturation are changed at random, up to 1. Default: 0.");
    private static readonly Option<double?> MixUp = NumberOptions.Number(
        "--mixup", "Alpha of MixUp, which blends training images, up to 1. Default: 0.");
    private static readonly Option<double?> LabelSmoothing = NumberOptions.Number(
        "--label-smoothing", "Share of the target spread over all classes. Default: 0.");
    private static readonly Option<int?> EarlyStopping = NumberOptions.Whole(
        "--early-stopping",
        "End after N epochs without a better one on the rows of --validation-fraction, and save the best. Default: the last epoch's.",
        minimum: 0);
    private static readonly Option<string?> InitialWeights = new("--initial-weights")
    {
        Description = "Weights to begin with: a model that wcord saved, safetensors or PyTorch weights; the classes may be others.",
        HelpName = "FILE",
    };
    private static readonly Option<double?> MemoryBudget = NumberOptions.Number(
        "--memory-budget",
        "Memory for the rows read, in MiB; more are kept in a temporary file, to the same result. Default: all in memory.",
        "MIB");
    private static readonly Option<double?> MaxGradientNorm = NumberOptions.Number(
        "--max-gradient-norm", "Longer gradients are shortened to this norm. Default: none is.");
    private static readonly Option<string?> Checkpoints = new("--checkpoints")
    {
        Description = "Folder for checkpoints of everything: after each epoch, and within one every --checkpoint-minutes.",
        HelpName = "DIR",
    };
    private static readonly Option<double?> CheckpointMinutes = NumberOptions.Number(
        "--checkpoint-minutes", "Minutes between two checkpoints within an epoch. Default: 10.");
    private static readonly Option<bool> Resume = new("--resume")
    {
        Description = "Go on from the newest checkpoint, to the same model as without the stop; begin where there is none.",
    };

    private static readonly Option<string?> TensorBoard = new("--tensorboard")
    {
        Description = "Folder for event files, in which TensorBoard shows the training while it runs and after.",
        HelpName = "DIR",
    };

    public static void AddTo(Command command)
    {
        command.Add(CommonOptions.Data);
        command.Add(CommonOptions.ImageSize);
        AddScheduleTo(command);
        AddRecipeTo(command);
        command.Add(InitialWeights);
        command.Add(ValidationFraction);
        command.Add(EarlyStopping);
        command.Add(MaxGradientNorm);
        command.Add(MemoryBudget);
        command.Add(Checkpoints);
        command.Add(CheckpointMinutes);
        command.Add(Resume);
        command.Add(TensorBoard);
        command.Add(CommonOptions.Limit);
        command.Add(CommonOptions.Seed);
        command.Add(CommonOptions.ModelOut);
        command.Add(CommonOptions.Json);
    }

    /// <summary>Adds what says how long, in which steps and in which numbers is trained.</summary>
    public static void AddScheduleTo(Command command)
    {
        command.Add(Epochs);
        command.Add(BatchSize);
        command.Add(LearningRate);
        command.Add(Milestones);
        command.Add(CommonOptions.Precision);
        command.Add(CommonOptions.Gpu);
    }

    /// <summary>Adds what says by which optimiser, views and targets is trained.</summary>
    public static void AddRecipeTo(Command command)
    {
        Option[] all =
        [
            Optimizer, WeightDecay, LearningRateFalls, WarmupEpochs, WeightAveraging, Augmentation, ColorJitter, MixUp, LabelSmoothing,
        ];
        foreach (Option option in all)
        {
            command.Add(option);
        }
    }

    /// <summary>Adds what says how views are made.</summary>
    public static void AddViewsTo(Command command)
    {
        command.Add(Augmentation);
        command.Add(ColorJitter);
    }

    /// <summary>The recipe; an option that a command does not take is not given.</summary>
    public static Recipe RecipeOf(ParseResult parsed) => new()
    {
        Optimizer = parsed.GetValue(Optimizer),
        WeightDecay = parsed.GetValue(WeightDecay),
        Schedule = parsed.GetValue(LearningRateFalls),
        WarmupEpochs = parsed.GetValue(WarmupEpochs),
        WeightAveraging = parsed.GetValue(WeightAveraging),
        Augmentation = parsed.GetValue(Augmentation),
        ColorJitter = parsed.GetValue(ColorJitter),
        MixUp = parsed.GetValue(MixUp),
        LabelSmoothing = parsed.GetValue(LabelSmoothing),
    };

    public static Schedule ScheduleOf(ParseResult parsed) => new()
    {
        Epochs = parsed.GetValue(Epochs),
        BatchSize = parsed.GetValue(BatchSize),
        LearningRate = parsed.GetValue(LearningRate),
        Milestones = CommonOptions.ListOrNull(parsed, Milestones),
        Precision = parsed.GetValue(CommonOptions.Precision),
    };

    public static void Apply(ParseResult parsed, TrainingOptions options)
    {
        ScheduleOf(parsed).ApplyTo(options);
        RecipeOf(parsed).ApplyTo(options);
        options.InitialWeights = parsed.GetValue(InitialWeights);
        options.ValidationFraction = parsed.GetValue(ValidationFraction) ?? options.ValidationFraction;
        options.EarlyStoppingEpochs = parsed.GetValue(EarlyStopping) ?? options.EarlyStoppingEpochs;
        options.MemoryBudget = parsed.GetValue(MemoryBudget);
        options.MaxGradientNorm = parsed.GetValue(MaxGradientNorm) ?? options.MaxGradientNorm;
        options.CheckpointFolder = parsed.GetValue(Checkpoints);
        options.CheckpointMinutes = parsed.GetValue(CheckpointMinutes) ?? options.CheckpointMinutes;
        options.Resume = parsed.GetValue(Resume);
        options.Progress = parsed.GetValue(TensorBoard) is { } folder ? new TensorBoardLog(folder) : null;
        options.Seed = parsed.GetValue(CommonOptions.Seed) ?? options.Seed;
    }
}
