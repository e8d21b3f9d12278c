namespace WCoRD.MLNet.Cli.Studies;

/// <summary>How a student learns, as every command names it: a method, and +kd behind it to add soft targets.</summary>
/// <param name="Name">The method.</param>
/// <param name="AddsSoftTargets">Whether +kd stands behind it.</param>
internal sealed record Method(string Name, bool AddsSoftTargets)
{
    public const string Wcord = "wcord";
    public const string Crd = "crd";
    public const string Kd = "kd";

    /// <summary>The method that trains with the labels alone.</summary>
    public const string None = "none";

    private const string WithSoftTargets = "+kd";

    /// <summary>The one table of methods: what each trains by.</summary>
    private static readonly (string Name, Func<TrainingOptions> Recipe)[] Table =
    [
        (Wcord, () => new WcordDistillationOptions()),
        (Crd, WcordDistillationOptions.Crd),
        (Kd, () => new WcordDistillationOptions { GlobalWeight = 0, LocalWeight = 0, SoftTargetWeight = 1 }),
        (None, () => new NetworkTrainingOptions()),
        .. Distillers.Names.Except([Wcord, Crd, Kd])
            .Select(name => (name, (Func<TrainingOptions>)(() => new DistillationOptions { Objectives = [Distillers.Named(name)] }))),
    ];

    /// <summary>The names of the distillers beside WCoRD, CRD and KD.</summary>
    public static string[] Others { get; } = [.. Table.Select(method => method.Name).Except([Wcord, Crd, Kd, None])];

    /// <summary>Whether the labels alone teach.</summary>
    public bool IsAlone => Name == None;

    /// <summary>Makes the method's usual options.</summary>
    public TrainingOptions CreateOptions()
    {
        TrainingOptions options = Table.Single(method => method.Name == Name).Recipe();
        if (AddsSoftTargets)
        {
            ((StudentTrainingOptions)options).SoftTargetWeight = 1;
        }

        return options;
    }

    /// <summary>As it is written on the command line.</summary>
    public override string ToString() => AddsSoftTargets ? Name + WithSoftTargets : Name;

    public static Method Parse(string text) =>
        text.EndsWith(WithSoftTargets, StringComparison.Ordinal)
            ? new Method(text[..^WithSoftTargets.Length], true)
            : new Method(text, false);

    /// <summary>What is wrong with a method's text; null: nothing.</summary>
    public static string? FaultOf(string text) => Parse(text) switch
    {
        { Name: None, AddsSoftTargets: true } => $"'{text}': none trains with the labels alone. Soft targets alone are {Kd}",
        { Name: Kd, AddsSoftTargets: true } => $"'{text}': {Kd} is soft targets already. Leave out +kd",
        { } method when Table.Any(known => known.Name == method.Name) => null,
        _ => $"'{text}': expected {string.Join(", ", Table.Select(known => known.Name))}, and +kd behind one of them to add soft targets",
    };
}
