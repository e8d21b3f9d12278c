using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace WCoRD.MLNet.Cli.Commands;

/// <summary>The options of training that <c>teach</c> and <c>distill</c> share. What is not given keeps the library's default.</summary>
internal static class TrainingArguments
{
    private static readonly Option<int?> Epochs = new("--epochs") { Description = "Passes over the training rows. Default: 240.", HelpName = "N" };
    private static readonly Option<int?> BatchSize = new("--batch-size") { Description = "Examples in a step. Default: 64.", HelpName = "N" };
    private static readonly Option<double?> LearningRate = new("--learning-rate") { Description = "Initial learning rate of SGD. Default: 0.05.", HelpName = "X" };
    private static readonly Option<double?> ValidationFraction = new("--validation-fraction") { Description = "Share of training rows held back to measure accuracy after every epoch. Default: 0.", HelpName = "X" };
    private static readonly Option<int[]?> Milestones = new("--milestones")
    {
        Description = "Epochs after which the learning rate falls to a tenth, as 150,180,210. Default: after 5/8, 3/4 and 7/8 of all epochs.",
        HelpName = "N,N,...",
        CustomParser = ParseMilestones,
    };

    private static readonly Option<double?> MemoryBudget = new("--memory-budget") { Description = "Memory for the rows read, in MiB; more are kept in a temporary file, to the same result. Default: all in memory.", HelpName = "MIB" };
    private static readonly Option<double?> MaxGradientNorm = new("--max-gradient-norm") { Description = "Longer gradients are shortened to this norm. Default: none is.", HelpName = "X" };
    private static readonly Option<string?> Checkpoints = new("--checkpoints") { Description = "Folder for checkpoints of everything: after each epoch, and within one every --checkpoint-minutes.", HelpName = "DIR" };
    private static readonly Option<double?> CheckpointMinutes = new("--checkpoint-minutes") { Description = "Minutes between two checkpoints within an epoch. Default: 10.", HelpName = "X" };
    private static readonly Option<bool> Resume = new("--resume") { Description = "Go on from the newest checkpoint, to the same model as without the stop; begin where there is none." };

    private static readonly Option<string?> TensorBoard = new("--tensorboard") { Description = "Folder for event files, in which TensorBoard shows the training while it runs and after.", HelpName = "DIR" };

    public static void AddTo(Command command)
    {
        command.Add(CommonOptions.Data);
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

    public static void ApplySchedule(ParseResult parsed, TrainingOptions options)
    {
        options.Epochs = parsed.GetValue(Epochs) ?? options.Epochs;
        options.BatchSize = parsed.GetValue(BatchSize) ?? options.BatchSize;
        options.LearningRate = parsed.GetValue(LearningRate) ?? options.LearningRate;
        options.Milestones = CommonOptions.ListOrNull(parsed, Milestones) ?? options.Milestones;
        options.Precision = parsed.GetValue(CommonOptions.Precision) ?? options.Precision;
    }

    public static void Apply(ParseResult parsed, TrainingOptions options)
    {
        ApplySchedule(parsed, options);
        options.ValidationFraction = parsed.GetValue(ValidationFraction) ?? options.ValidationFraction;
        options.MemoryBudget = parsed.GetValue(MemoryBudget);
        options.MaxGradientNorm = parsed.GetValue(MaxGradientNorm) ?? options.MaxGradientNorm;
        options.CheckpointFolder = parsed.GetValue(Checkpoints);
        options.CheckpointMinutes = parsed.GetValue(CheckpointMinutes) ?? options.CheckpointMinutes;
        options.Resume = parsed.GetValue(Resume);
        options.Progress = parsed.GetValue(TensorBoard) is { } folder ? new TensorBoardLog(folder) : null;
        options.Seed = parsed.GetValue(CommonOptions.Seed) ?? options.Seed;
    }

    private static int[]? ParseMilestones(ArgumentResult result)
    {
        string[] parts = result.Tokens[0].Value.Split(',', StringSplitOptions.TrimEntries);
        int[] epochs = new int[parts.Length];
        for (int i = 0; i < parts.Length; i++)
        {
            if (!int.TryParse(parts[i], NumberStyles.None, CultureInfo.InvariantCulture, out epochs[i]))
            {
                result.AddError($"--milestones is '{result.Tokens[0].Value}': expected epochs divided by commas, as 150,180,210.");
                return null;
            }
        }

        return epochs;
    }
}
