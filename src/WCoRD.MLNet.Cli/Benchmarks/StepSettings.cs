namespace WCoRD.MLNet.Cli.Benchmarks;

/// <summary>What a measured step is of.</summary>
/// <param name="Teacher">The teacher's network; null: the student learns alone.</param>
/// <param name="Student">The student's network.</param>
internal sealed record StepSettings(string? Teacher, string Student)
{
    /// <summary>The training rows, with a bank row each.</summary>
    public int Rows { get; init; } = 50_000;

    /// <summary>Examples of a step.</summary>
    public int Batch { get; init; } = 64;

    /// <summary>Height and width of the images.</summary>
    public int Side { get; init; } = 32;

    /// <summary>Negatives of an example; null: as many as CRD.</summary>
    public int? Negatives { get; init; }

    /// <summary>Whether the examples of a step share them; in the plain port each has its own.</summary>
    public bool SharesNegatives { get; init; }

    /// <summary>Steps measured, after a few that warm up.</summary>
    public int Steps { get; init; } = 20;

    /// <summary>The number of the GPU to train on; null: the CPU. The plain port always takes the CPU.</summary>
    public int? Gpu { get; init; }
}
