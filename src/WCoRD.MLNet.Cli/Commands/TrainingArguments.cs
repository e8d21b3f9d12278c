using System.CommandLine;
using WCoRD.MLNet.Cli.Studies;

namespace WCoRD.MLNet.Cli.Commands;

/// <summary>The options of training that <c>teach</c> and <c>distill</c> share. What is not given keeps the library's default.</summary>
internal static class TrainingArguments
{
    private static readonly Option<int?> Epochs = NumberOptions.Whole("--epochs", "Passes over the training rows. Default: 240.");
    private static readonly Option<int?> BatchSize = NumberOptions.Whole("--batch-size", "Examples in a step. Default: 64.");
    private static readonly Option<double?> LearningRate = NumberOptions.Number(
        "--learning-rate", "Initial learning rate of SGD. Default: 0.05.");
    private static readonly Option<double?> ValidationFraction = NumberOptions.Number(
        "--validation-fraction", "Share of training rows held back to measure accuracy after every epoch. Default: 0.");
    private static readonly Option<int[]?> Milestones = NumberOptions.Wholes(
        "--milestones",
        "Epochs after which the learning rate falls to a tenth, as 150,180,210. Default: after 5/8, 3/4 and 7/8 of all epochs.",
        "epochs divided by commas, as 150,180,210");

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
        command.Add(ValidationFraction);
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
        options.ValidationFraction = parsed.GetValue(ValidationFraction) ?? options.ValidationFraction;
        options.MemoryBudget = parsed.GetValue(MemoryBudget);
        options.MaxGradientNorm = parsed.GetValue(MaxGradientNorm) ?? options.MaxGradientNorm;
        options.CheckpointFolder = parsed.GetValue(Checkpoints);
        options.CheckpointMinutes = parsed.GetValue(CheckpointMinutes) ?? options.CheckpointMinutes;
        options.Resume = parsed.GetValue(Resume);
        options.Progress = parsed.GetValue(TensorBoard) is { } folder ? new TensorBoardLog(folder) : null;
        options.Seed = parsed.GetValue(CommonOptions.Seed) ?? options.Seed;
    }
}
