using System.CommandLine;
using WCoRD.MLNet.Cli.Studies;

namespace WCoRD.MLNet.Cli.Commands;

/// <summary>The options of the objective: a method, and what changes its weights.</summary>
internal static class DistillArguments
{
    public static Option<string> MethodOption { get; } = MakeMethod();

    public static Option<CriticForm?> Critic { get; } = ChoiceOption.Of<CriticForm>("--critic", "Form of the global critic.");

    public static Option<int?> Negatives { get; } = NumberOptions.Whole(
        "--negatives", "Negatives of each example; 0: all rows of other classes. Default: 16384, or all where there are fewer.");

    public static Option<bool> SharedNegatives { get; } = new("--shared-negatives")
    {
        Description = "One draw of negatives for all examples of a step, each without the rows of its own class.",
    };

    public static Option<Precision?> TeacherPrecision { get; } = ChoiceOption.Of<Precision>(
        "--teacher-precision", "Numbers that the teacher computes with. Default: those of --precision.");

    public static Option<int?> InitialEpochs { get; } = NumberOptions.Whole(
        "--initial-epochs", "Epochs before --epochs in which ab, ft and fsp prepare. Default: 30.", minimum: 0);

    private static readonly Option<int?> QueueLength = NumberOptions.Whole(
        "--queue-length", "Embeddings in a queue that takes the place of memory banks. Default: banks.", minimum: 1);
    private static readonly Option<Precision?> BankPrecision = ChoiceOption.Of<Precision>(
        "--bank-precision", "What banks are kept in: float32 (default) or bfloat16.");
    private static readonly Option<bool> SeedBank = new("--seed-bank")
    {
        Description = "Fill the memory banks by one pass over the rows before the first step, rather than with random rows.",
    };
    private static readonly Option<double?> MethodWeight = NumberOptions.Number(
        "--method-weight", "Weight of a method that has a single one. Default: that of the reference scripts.");
    private static readonly Option<double?> GlobalWeight = NumberOptions.Number(
        "--global-weight", "Weight lambda1 of global contrastive transfer.");
    private static readonly Option<double?> LocalWeight = NumberOptions.Number(
        "--local-weight", "Weight lambda2 of local contrastive transfer.");
    private static readonly Option<double?> SoftTargetWeight = NumberOptions.Number(
        "--soft-target-weight", "Weight of soft targets, the '+KD'.");
    private static readonly Option<TransportSolver?> Solver = ChoiceOption.Of<TransportSolver>(
        "--solver", "How local transfer finds its transport plan.");
    private static readonly Option[] OfContrast =
    [
        GlobalWeight, LocalWeight, Critic, Solver, Negatives, SharedNegatives, QueueLength, SeedBank, BankPrecision,
    ];
    private static readonly Option[] OfOthers = [MethodWeight, InitialEpochs];
    private static readonly Option[] All =
    [
        .. OfOthers, SoftTargetWeight, .. OfContrast, TeacherArguments.Views, TeacherPrecision,
        StoredViewArguments.Count, StoredViewArguments.Folder,
    ];

    public static void AddTo(Command command)
    {
        command.Add(MethodOption);
        foreach (Option option in All)
        {
            command.Add(option);
        }
    }

    /// <summary>The first option of the objective that was given, or null.</summary>
    public static string? FirstGiven(ParseResult parsed) => FirstGiven(parsed, All);

    /// <summary>The options of <c>--method</c>, with what is given beside it.</summary>
    /// <exception cref="CommandException">An option has no meaning for it.</exception>
    public static StudentTrainingOptions MakeOptions(ParseResult parsed)
    {
        Method method = Method.Parse(parsed.GetRequiredValue(MethodOption));
        var options = (StudentTrainingOptions)method.CreateOptions();
        if (options is WcordDistillationOptions contrast)
        {
            CheckMeaning(parsed, OfOthers, method);
            Apply(parsed, contrast);
        }
        else
        {
            CheckMeaning(parsed, OfContrast, method);
            Apply(parsed, (DistillationOptions)options);
        }

        options.SoftTargetWeight = parsed.GetValue(SoftTargetWeight) ?? options.SoftTargetWeight;
        options.TeacherViews = parsed.GetValue(TeacherArguments.Views) ?? options.TeacherViews;
        options.TeacherPrecision = parsed.GetValue(TeacherPrecision) ?? options.TeacherPrecision;
        StoredViewArguments.Apply(parsed, options);
        return options;
    }

    private static void Apply(ParseResult parsed, WcordDistillationOptions options)
    {
        options.GlobalWeight = parsed.GetValue(GlobalWeight) ?? options.GlobalWeight;
        options.LocalWeight = parsed.GetValue(LocalWeight) ?? options.LocalWeight;
        options.Critic = parsed.GetValue(Critic) ?? options.Critic;
        options.TransportSolver = parsed.GetValue(Solver) ?? options.TransportSolver;
        options.Negatives = parsed.GetValue(Negatives) ?? options.Negatives;
        options.SharedNegatives = parsed.GetValue(SharedNegatives);
        options.QueueLength = parsed.GetValue(QueueLength);
        options.SeedBank = parsed.GetValue(SeedBank);
        options.BankPrecision = parsed.GetValue(BankPrecision) ?? options.BankPrecision;
    }

    private static void Apply(ParseResult parsed, DistillationOptions options)
    {
        options.Objectives =
        [
            .. options.Objectives.Select(objective => objective with { Weight = parsed.GetValue(MethodWeight) ?? objective.Weight }),
        ];
        options.InitialEpochs = parsed.GetValue(InitialEpochs) ?? options.InitialEpochs;
    }

    private static void CheckMeaning(ParseResult parsed, Option[] others, Method method)
    {
        if (FirstGiven(parsed, others) is { } given)
        {
            throw new CommandException($"{given} has no meaning with --method {method.Name}: leave it out or choose another method.");
        }
    }

    private static string? FirstGiven(ParseResult parsed, Option[] options) =>
        options.FirstOrDefault(option => parsed.GetResult(option) is { Implicit: false })?.Name;

    private static Option<string> MakeMethod()
    {
        var option = new Option<string>("--method")
        {
            Description = "Objective: wcord (default), crd, kd (soft targets), none (student alone) or another distiller "
                + $"({string.Join(", ", Method.Others)}); +kd behind it adds soft targets. Weights given beside it override it.",
            HelpName = "METHOD",
            DefaultValueFactory = _ => Method.Wcord,
        };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && Method.FaultOf(result.Tokens[0].Value) is { } fault)
            {
                result.AddError($"--method is {fault}.");
            }
        });
        return option;
    }
}
