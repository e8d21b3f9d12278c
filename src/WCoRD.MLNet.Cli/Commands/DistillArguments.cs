using System.CommandLine;

namespace WCoRD.MLNet.Cli.Commands;

/// <summary>The options of the objective: a method's preset, and what overrides it.</summary>
internal static class DistillArguments
{
    public static Option<DistillMethod> Method { get; } = new("--method")
    {
        Description = "Preset of weights: wcord (default), crd, kd (soft targets), none (student alone). Weights given beside it override it: '--method wcord --soft-target-weight 1' is WCoRD+KD.",
        DefaultValueFactory = _ => DistillMethod.Wcord,
    };

    private static readonly Option<double?> GlobalWeight = new("--global-weight") { Description = "Weight lambda1 of global contrastive transfer.", HelpName = "X" };
    private static readonly Option<double?> LocalWeight = new("--local-weight") { Description = "Weight lambda2 of local contrastive transfer.", HelpName = "X" };
    private static readonly Option<double?> SoftTargetWeight = new("--soft-target-weight") { Description = "Weight of soft targets, the '+KD'.", HelpName = "X" };
    public static Option<CriticForm?> Critic { get; } = new("--critic") { Description = "Form of the global critic." };
    private static readonly Option<TransportSolver?> Solver = new("--solver") { Description = "How local transfer finds its transport plan." };
    public static Option<int?> Negatives { get; } = new("--negatives") { Description = "Negatives of each example; 0: all rows of other classes. Default: 16384, or all where there are fewer.", HelpName = "N" };
    public static Option<Precision?> TeacherPrecision { get; } = new("--teacher-precision") { Description = "Numbers that the teacher computes with; bfloat16 halves its time on processors that have it. Default: float32." };
    private static readonly Option[] All = [GlobalWeight, LocalWeight, SoftTargetWeight, Critic, Solver, Negatives, TeacherPrecision];

    public static void AddTo(Command command)
    {
        command.Add(Method);
        foreach (Option option in All)
        {
            command.Add(option);
        }
    }

    /// <summary>The first option of the objective that was given, or null.</summary>
    public static string? FirstGiven(ParseResult parsed) => All.FirstOrDefault(option => parsed.GetResult(option) is { Implicit: false })?.Name;

    public static void Apply(ParseResult parsed, WcordDistillationOptions options)
    {
        ApplyPreset(parsed.GetValue(Method), options);
        options.GlobalWeight = parsed.GetValue(GlobalWeight) ?? options.GlobalWeight;
        options.LocalWeight = parsed.GetValue(LocalWeight) ?? options.LocalWeight;
        options.SoftTargetWeight = parsed.GetValue(SoftTargetWeight) ?? options.SoftTargetWeight;
        options.Critic = parsed.GetValue(Critic) ?? options.Critic;
        options.TransportSolver = parsed.GetValue(Solver) ?? options.TransportSolver;
        options.TeacherPrecision = parsed.GetValue(TeacherPrecision) ?? options.TeacherPrecision;
        options.Negatives = parsed.GetValue(Negatives) ?? options.Negatives;
    }

    private static void ApplyPreset(DistillMethod method, WcordDistillationOptions options)
    {
        switch (method)
        {
            case DistillMethod.Crd:
                (options.GlobalWeight, options.LocalWeight) = (0.8, 0);
                (options.Critic, options.SpectralNormalization) = (CriticForm.Nce, false);
                break;
            case DistillMethod.Kd:
                (options.GlobalWeight, options.LocalWeight, options.SoftTargetWeight) = (0, 0, 1);
                break;
            default:
                break;
        }
    }
}
