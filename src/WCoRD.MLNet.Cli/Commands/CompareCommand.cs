using System.CommandLine;
using WCoRD.MLNet.Cli.Output;
using WCoRD.MLNet.Cli.Studies;

namespace WCoRD.MLNet.Cli.Commands;

/// <summary><c>wcord compare</c>: methods x pairs x seeds on one schedule, each run in a process of its own.</summary>
internal static class CompareCommand
{
    // The least that cost neither KD nor WCoRD accuracy that three seeds can tell: docs/performance.md, "Views and accuracy".
    private const int UsualViews = 8;

    private static readonly Option<string[]> Pairs = new("--pairs")
    {
        Description = "Teachers and their students; a teacher's network is the one that its file name names.",
        HelpName = "TEACHER:STUDENT",
        Required = true,
        AllowMultipleArgumentsPerToken = true,
    };
    private static readonly Option<string> Methods = new("--methods")
    {
        Description = "Methods divided by commas: those of 'wcord distill --method', and +kd after one to add soft targets.",
        HelpName = "NAME,NAME,...",
        DefaultValueFactory = _ => "none,kd,crd,crd+kd,wcord,wcord+kd",
    };
    private static readonly Option<string> Out = new("--out")
    {
        Description = "Folder of the comparison: results.csv, results.md, accuracy.svg, and each run's model and result. "
            + "Called again, what is there is not repeated.",
        HelpName = "DIR",
        Required = true,
    };
    private static readonly Option<int?> AtOnce = NumberOptions.Whole(
        "--at-once", "Runs at a time, each in its own process. Default: 1.", minimum: 1);
    private static readonly Option<bool> BesidePaper = new("--beside-paper")
    {
        Description = "Add the published numbers of the same pairs to the table.",
    };
    private static readonly Option<string?> Only = new("--only") { Description = "The one run of this process.", Hidden = true };

    public static Command Create()
    {
        var command = new Command("compare", "Compare methods: every method on every pair with every seed, as a table and a picture.")
        {
            CommonOptions.Data, CommonOptions.ImageSize, Pairs, CommonOptions.Normalization, DistillArguments.TeacherPrecision, Methods, CommonOptions.Seeds,
            DistillArguments.Critic, DistillArguments.Negatives, DistillArguments.SharedNegatives,
            DistillArguments.InitialEpochs, CommonOptions.Limit, AtOnce, Out,
            BesidePaper, Only, CommonOptions.Json,
        };
        TaskArguments.AddTo(command);
        StoredViewArguments.AddTo(command);
        TrainingArguments.AddScheduleTo(command);
        TrainingArguments.AddRecipeTo(command);
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        Study study = StudyOf(parsed);
        var folder = new StudyFolder(parsed.GetRequiredValue(Out));
        StudyRun[] runs = RunsOf(parsed);
        if (parsed.GetValue(Only) is { } only)
        {
            using var watch = new ParentWatch(cancellationToken);
            new RunTraining(study, runs.Single(run => run.Name == only), folder).Execute(watch.Token);
            return 0;
        }

        TaskShare? share = TaskArguments.ShareOf(parsed);
        if (TaskArguments.Collects(parsed))
        {
            return Collect(parsed, folder, new Comparison(study, folder, runs, parsed.GetValue(BesidePaper)));
        }

        if (share is not null)
        {
            runs = TakeShare(share, runs);
        }

        int atOnce = parsed.GetValue(AtOnce) ?? 1;
        string[] arguments = [.. parsed.Tokens.Select(token => token.Value)];
        var comparison = new Comparison(study, folder, runs, parsed.GetValue(BesidePaper));
        await comparison.TrainAsync(
            atOnce,
            (run, stop) => RunProcess.RunAsync([.. arguments, Only.Name, run.Name], run.Name, atOnce, stop),
            // Several tasks at once would write each other's table, and none knows of all runs.
            share is null ? () => comparison.Report() : () => { },
            cancellationToken);
        string text = share is null
            ? comparison.Report()
            : Invariant($"'{folder.Path}' has the results of task {share.Task}; --collect in place of the task makes the table of all runs.\n");
        if (parsed.GetValue(CommonOptions.Json))
        {
            JsonOutput.Write(new { Command = "compare", Out = folder.Path, Runs = comparison.Results });
        }
        else
        {
            Console.Write(text);
        }

        return 0;
    }

    private static Study StudyOf(ParseResult parsed)
    {
        Study study = StudyArguments.StudyOf(parsed);
        bool areViewsMeasured = study.Recipe is { Augmentation: null or AugmentationKind.PaddedCrop, ColorJitter: null or 0, MixUp: null or 0 };
        return parsed.GetValue(StoredViewArguments.Count) is null && areViewsMeasured ? study with { StoredViews = UsualViews } : study;
    }

    private static StudyRun[] TakeShare(TaskShare share, StudyRun[] runs)
    {
        StudyRun[] own = share.Of(runs);
        string names = own.Length == 0 ? "there are more tasks than runs" : string.Join(", ", own.Select(run => run.Name));
        Console.Error.WriteLine(Invariant($"task {share.Task} of {share.Range} has {own.Length} of {runs.Length} runs: {names}"));
        return own;
    }

    private static int Collect(ParseResult parsed, StudyFolder folder, Comparison comparison)
    {
        string table = comparison.Report();
        (RunResult[] results, string[] missing) = (comparison.Results, comparison.Missing);
        if (parsed.GetValue(CommonOptions.Json))
        {
            JsonOutput.Write(new { Command = "compare", Out = folder.Path, Runs = results, Missing = missing });
        }
        else
        {
            Console.Write(table);
        }

        string named = missing.Length == 0 ? "" : $"; missing: {string.Join(", ", missing)}";
        Console.Error.WriteLine(Invariant($"{results.Length} of {results.Length + missing.Length} runs are in '{folder.Path}'{named}"));
        return missing.Length == 0 ? 0 : 1;
    }

    private static StudyRun[] RunsOf(ParseResult parsed)
    {
        string[] methods = [.. parsed.GetRequiredValue(Methods).Split(',', StringSplitOptions.TrimEntries).Distinct()];
        if (methods.Select(Method.FaultOf).FirstOrDefault(fault => fault is not null) is { } fault)
        {
            throw new CommandException($"--methods has {fault}.");
        }

        StudyPair[] pairs = [.. parsed.GetRequiredValue(Pairs).Select(StudyPair.Parse)];
        if (pairs.Select(pair => pair.Name).Distinct().Count() < pairs.Length)
        {
            throw new CommandException(
                "--pairs has two pairs of one name, whose results would overwrite each other: rename one teacher's file.");
        }

        return
        [
            .. from seed in StudyArguments.SeedsOf(parsed).Distinct()
               from pair in pairs
               from method in methods
               select new StudyRun(pair, Method.Parse(method), seed),
        ];
    }
}
