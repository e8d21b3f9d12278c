using System.CommandLine;

namespace WCoRD.MLNet.Cli.Commands;

/// <summary>The options of the objective: a method, and what changes its weights.</summary>
internal static class DistillArguments
{
    /// <summary>The method that trains with the labels alone.</summary>
    public const string None = "none";

    private const string Wcord = "wcord";
    private const string Crd = "crd";
    private const string Kd = "kd";
    private static readonly string[] Contrasts = [Wcord, Crd, Kd, None];
    private static readonly string[] Others = [.. Distillers.Names.Except(Contrasts)];

    public static Option<string> Method { get; } = MakeMethod();

    public static Option<CriticForm?> Critic { get; } = ChoiceOption.Of<CriticForm>("--critic", "Form of the global critic.");

    public static Option<int?> Negatives { get; } = NumberOptions.Whole("--negatives", "Negatives of each example; 0: all rows of other classes. Default: 16384, or all where there are fewer.");

    public static Option<Precision?> TeacherPrecision { get; } = ChoiceOption.Of<Precision>("--teacher-precision", "Numbers that the teacher computes with. Default: those of --precision.");

    public static Option<int?> InitialEpochs { get; } = NumberOptions.Whole("--initial-epochs", "Epochs before --epochs in which ab, ft and fsp prepare. Default: 30.", minimum: 0);

    private static readonly Option<int?> QueueLength = NumberOptions.Whole("--queue-length", "Embeddings in a queue that takes the place of memory banks. Default: banks.", minimum: 1);
    private static readonly Option<Precision?> BankPrecision = ChoiceOption.Of<Precision>("--bank-precision", "What banks are kept in: float32 (default) or bfloat16.");
    private static readonly Option<double?> MethodWeight = NumberOptions.Number("--method-weight", "Weight of a method that has a single one. Default: that of the reference scripts.");
    private static readonly Option<double?> GlobalWeight = NumberOptions.Number("--global-weight", "Weight lambda1 of global contrastive transfer.");
    private static readonly Option<double?> LocalWeight = NumberOptions.Number("--local-weight", "Weight lambda2 of local contrastive transfer.");
    private static readonly Option<double?> SoftTargetWeight = NumberOptions.Number("--soft-target-weight", "Weight of soft targets, the '+KD'.");
    private static readonly Option<TransportSolver?> Solver = ChoiceOption.Of<TransportSolver>("--solver", "How local transfer finds its transport plan.");
    private static readonly Option[] OfContrast = [GlobalWeight, LocalWeight, Critic, Solver, Negatives, QueueLength, BankPrecision];
    private static readonly Option[] OfOthers = [MethodWeight, InitialEpochs];
    private static readonly Option[] All = [.. OfOthers, SoftTargetWeight, .. OfContrast, TeacherPrecision];

    public static void AddTo(Command command)
    {
        command.Add(Method);
        foreach (Option option in All)
        {
            command.Add(option);
        }
    }

    /// <summary>The first option of the objective that was given, or null.</summary>
    public static string? FirstGiven(ParseResult parsed) => FirstGiven(parsed, All);

    /// <summary>The options of the method that was chosen.</summary>
    /// <exception cref="CommandException">An option has no meaning for it.</exception>
    public static StudentTrainingOptions MakeOptions(ParseResult parsed)
    {
        string method = parsed.GetValue(Method)!;
        StudentTrainingOptions options = Contrasts.Contains(method) ? MakeContrast(parsed, method) : MakeDistiller(parsed, method);
        options.SoftTargetWeight = parsed.GetValue(SoftTargetWeight) ?? options.SoftTargetWeight;
        options.TeacherPrecision = parsed.GetValue(TeacherPrecision) ?? options.TeacherPrecision;
        return options;
    }

    private static DistillationOptions MakeDistiller(ParseResult parsed, string method)
    {
        CheckMeaning(parsed, OfContrast, method);
        WeightedObjective objective = Distillers.Named(method);
        var options = new DistillationOptions { Objectives = [objective with { Weight = parsed.GetValue(MethodWeight) ?? objective.Weight }] };
        options.InitialEpochs = parsed.GetValue(InitialEpochs) ?? options.InitialEpochs;
        return options;
    }

    /// <summary>The options of a method with its usual weights; <c>+kd</c> after its name adds soft targets.</summary>
    /// <param name="parsed">Holds the critic and the negatives of WCoRD.</param>
    /// <param name="method">The method.</param>
    /// <exception cref="CommandException">There is no such method; the message lists all.</exception>
    public static StudentTrainingOptions MakeOptions(ParseResult parsed, string method)
    {
        const string WithSoftTargets = "+kd";
        string name = method.EndsWith(WithSoftTargets, StringComparison.Ordinal) ? method[..^WithSoftTargets.Length] : method;
        StudentTrainingOptions options = name switch
        {
            Wcord or Crd or Kd => MakeContrast(name),
            _ when Others.Contains(name) => new DistillationOptions { Objectives = [Distillers.Named(name)] },
            _ => throw new CommandException($"there is no method '{method}': expected {string.Join(", ", Contrasts.Concat(Others))}, and +kd after one of them to add soft targets."),
        };
        options.SoftTargetWeight = name == method ? options.SoftTargetWeight : 1;
        if (name == Wcord && options is WcordDistillationOptions wcord)
        {
            wcord.Critic = parsed.GetValue(Critic) ?? wcord.Critic;
            wcord.Negatives = parsed.GetValue(Negatives) ?? wcord.Negatives;
        }

        return options;
    }

    private static WcordDistillationOptions MakeContrast(string method)
    {
        var options = new WcordDistillationOptions();
        if (method == Crd)
        {
            (options.GlobalWeight, options.LocalWeight) = (0.8, 0);
            (options.Critic, options.SpectralNormalization) = (CriticForm.Nce, false);
        }
        else if (method == Kd)
        {
            (options.GlobalWeight, options.LocalWeight, options.SoftTargetWeight) = (0, 0, 1);
        }

        return options;
    }

    private static WcordDistillationOptions MakeContrast(ParseResult parsed, string method)
    {
        CheckMeaning(parsed, OfOthers, method);
        WcordDistillationOptions options = MakeContrast(method);
        options.GlobalWeight = parsed.GetValue(GlobalWeight) ?? options.GlobalWeight;
        options.LocalWeight = parsed.GetValue(LocalWeight) ?? options.LocalWeight;
        options.Critic = parsed.GetValue(Critic) ?? options.Critic;
        options.TransportSolver = parsed.GetValue(Solver) ?? options.TransportSolver;
        options.Negatives = parsed.GetValue(Negatives) ?? options.Negatives;
        options.QueueLength = parsed.GetValue(QueueLength);
        options.BankPrecision = parsed.GetValue(BankPrecision) ?? options.BankPrecision;
        return options;
    }

    private static void CheckMeaning(ParseResult parsed, Option[] others, string method)
    {
        if (FirstGiven(parsed, others) is { } given)
        {
            throw new CommandException($"{given} has no meaning with --method {method}: leave it out or choose another method.");
        }
    }

    private static string? FirstGiven(ParseResult parsed, Option[] options) => options.FirstOrDefault(option => parsed.GetResult(option) is { Implicit: false })?.Name;

    private static Option<string> MakeMethod()
    {
        var option = new Option<string>("--method")
        {
            Description = $"Objective: wcord (default), crd, kd (soft targets), none (student alone) or another distiller ({string.Join(", ", Others)}). Weights given beside it override it: '--method wcord --soft-target-weight 1' is WCoRD+KD.",
            HelpName = "METHOD",
            DefaultValueFactory = _ => Wcord,
        };
        option.AcceptOnlyFromAmong([.. Contrasts, .. Others]);
        return option;
    }
}
