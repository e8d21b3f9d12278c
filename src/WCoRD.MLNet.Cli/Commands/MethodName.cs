namespace WCoRD.MLNet.Cli.Commands;

/// <summary>How a student learns, as every command names it: a method, and +kd behind it to add soft targets.</summary>
/// <param name="Name">The method.</param>
/// <param name="AddsSoftTargets">Whether +kd stands behind it.</param>
internal sealed record MethodName(string Name, bool AddsSoftTargets)
{
    public const string Wcord = "wcord";
    public const string Crd = "crd";
    public const string Kd = "kd";

    /// <summary>The method that trains with the labels alone.</summary>
    public const string None = "none";

    private const string WithSoftTargets = "+kd";
    private static readonly string[] Contrasts = [Wcord, Crd, Kd, None];

    /// <summary>The names of the distillers beside WCoRD, CRD and KD.</summary>
    public static string[] Others { get; } = [.. Distillers.Names.Except(Contrasts)];

    /// <summary>The usual options of the method.</summary>
    public StudentTrainingOptions Options
    {
        get
        {
            StudentTrainingOptions options = Name switch
            {
                Wcord => new WcordDistillationOptions(),
                Crd => new WcordDistillationOptions { GlobalWeight = 0.8, LocalWeight = 0, Critic = CriticForm.Nce, SpectralNormalization = false },
                Kd => new WcordDistillationOptions { GlobalWeight = 0, LocalWeight = 0, SoftTargetWeight = 1 },
                _ => new DistillationOptions { Objectives = [Distillers.Named(Name)] },
            };
            options.SoftTargetWeight = AddsSoftTargets ? 1 : options.SoftTargetWeight;
            return options;
        }
    }

    public static MethodName Parse(string text) =>
        text.EndsWith(WithSoftTargets, StringComparison.Ordinal) ? new MethodName(text[..^WithSoftTargets.Length], true) : new MethodName(text, false);

    /// <summary>What is wrong with a method's text; null: nothing.</summary>
    public static string? FaultOf(string text) => Parse(text) switch
    {
        { Name: None, AddsSoftTargets: true } => $"'{text}': none trains with the labels alone. Soft targets alone are {Kd}",
        { Name: Kd, AddsSoftTargets: true } => $"'{text}': {Kd} is soft targets already. Leave out +kd",
        { } method when Contrasts.Contains(method.Name) || Others.Contains(method.Name) => null,
        _ => $"'{text}': expected {string.Join(", ", Contrasts.Concat(Others))}, and +kd behind one of them to add soft targets",
    };
}
