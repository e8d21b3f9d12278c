namespace WCoRD.MLNet.Cli.Studies;

/// <summary>How long, in which steps and in which numbers is trained. What is null keeps the library's default.</summary>
internal sealed record Schedule
{
    /// <summary>Passes over the training rows.</summary>
    public int? Epochs { get; init; }

    /// <summary>Examples in a step.</summary>
    public int? BatchSize { get; init; }

    /// <summary>The first learning rate.</summary>
    public double? LearningRate { get; init; }

    /// <summary>Epochs after which the learning rate falls.</summary>
    public int[]? Milestones { get; init; }

    /// <summary>What networks compute with.</summary>
    public Precision? Precision { get; init; }

    /// <summary>Epochs of a phase before the main one, for the methods that have it.</summary>
    public int? InitialEpochs { get; init; }

    public void ApplyTo(TrainingOptions options)
    {
        options.Epochs = Epochs ?? options.Epochs;
        options.BatchSize = BatchSize ?? options.BatchSize;
        options.LearningRate = LearningRate ?? options.LearningRate;
        options.Milestones = Milestones ?? options.Milestones;
        options.Precision = Precision ?? options.Precision;
        if (options is DistillationOptions distillation)
        {
            distillation.InitialEpochs = InitialEpochs ?? distillation.InitialEpochs;
        }
    }
}
