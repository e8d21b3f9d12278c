using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using WCoRD.MLNet.Cli.Comparisons;
using WCoRD.MLNet.Cli.Output;

namespace WCoRD.MLNet.Cli.Commands;

/// <summary><c>wcord compare</c>: methods x pairs x seeds on one schedule, each run in a process of its own.</summary>
internal static class CompareCommand
{
    private static readonly Option<string[]> Pairs = new("--pairs") { Description = "Teachers and their students; a teacher's network is the one that its file name names.", HelpName = "TEACHER:STUDENT", Required = true, AllowMultipleArgumentsPerToken = true };
    private static readonly Option<string> Methods = new("--methods") { Description = "Methods divided by commas: those of 'wcord distill --method', and +kd after one to add soft targets.", HelpName = "NAME,NAME,...", DefaultValueFactory = _ => "none,kd,crd,crd+kd,wcord,wcord+kd" };
    private static readonly Option<string> Out = new("--out") { Description = "Folder of the comparison: results.csv, results.md, accuracy.svg, and each run's model and result. Called again, what is there is not repeated.", HelpName = "DIR", Required = true };
    private static readonly Option<int?> AtOnce = NumberOptions.Whole("--at-once", "Runs at a time, each in its own process. Default: 1.", minimum: 1);
    private static readonly Option<bool> BesidePaper = new("--beside-paper") { Description = "Add the published numbers of the same pairs to the table." };
    private static readonly Option<string?> Only = new("--only") { Description = "The one run of this process.", Hidden = true };

    public static Command Create()
    {
        var command = new Command("compare", "Compare methods: every method on every pair with every seed, as a table and a picture.")
        {
            CommonOptions.Data, Pairs, CommonOptions.Normalization, DistillArguments.TeacherPrecision, Methods, CommonOptions.Seeds, DistillArguments.Critic, DistillArguments.Negatives, DistillArguments.InitialEpochs, CommonOptions.Limit, AtOnce, Out, BesidePaper, Only, CommonOptions.Json,
        };
        TrainingArguments.AddScheduleTo(command);
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        string folder = parsed.GetRequiredValue(Out);
        ComparedRun[] runs = RunsOf(parsed);
        if (parsed.GetValue(Only) is { } only)
        {
            ComparedRun run = runs.Single(run => run.Name == only);
            new RunTraining(run, SettingsOf(parsed, run), folder).Execute(parsed, options => Schedule(parsed, options), cancellationToken);
            return 0;
        }

        Directory.CreateDirectory(folder);
        ComparedRun[] missing = [.. runs.Where(run => ResultOf(run) is null)];
        Console.Error.WriteLine(Invariant($"{runs.Length} runs, {runs.Length - missing.Length} done before"));
        await Parallel.ForEachAsync(missing, new ParallelOptions { MaxDegreeOfParallelism = parsed.GetValue(AtOnce) ?? 1, CancellationToken = cancellationToken }, async (run, stop) =>
        {
            await TrainApartAsync(parsed, run, stop);
            // After every run, so that a long comparison can be read while it goes on.
            lock (runs)
            {
                Report(parsed, folder, [.. runs.Select(ResultOf).OfType<RunResult>()]);
            }
        });
        RunResult[] results = [.. runs.Select(ResultOf).OfType<RunResult>()];
        string table = Report(parsed, folder, results);
        if (parsed.GetValue(CommonOptions.Json))
        {
            JsonOutput.Write(new { Command = "compare", Out = folder, Runs = results });
        }
        else
        {
            Console.Write(table);
        }

        return 0;

        RunResult? ResultOf(ComparedRun run) => RunResult.LoadIfThere(Path.Combine(folder, run.Name + ".json"), SettingsOf(parsed, run));
    }

    private static ComparedRun[] RunsOf(ParseResult parsed)
    {
        string[] methods = [.. parsed.GetRequiredValue(Methods).Split(',', StringSplitOptions.TrimEntries).Distinct()];
        if (methods.Select(MethodName.FaultOf).FirstOrDefault(fault => fault is not null) is { } fault)
        {
            throw new CommandException($"--methods has {fault}.");
        }

        ComparedPair[] pairs = [.. parsed.GetRequiredValue(Pairs).Select(ComparedPair.Parse)];
        if (pairs.Select(pair => pair.Name).Distinct().Count() < pairs.Length)
        {
            throw new CommandException("--pairs has two pairs of one name, whose results would overwrite each other: rename one teacher's file.");
        }

        int[] seeds = CommonOptions.ListOrNull(parsed, CommonOptions.Seeds) ?? [1];
        return [.. from seed in seeds.Distinct() from pair in pairs from method in methods select new ComparedRun(pair, method, seed)];
    }

    /// <summary>Sets what the command line says of epochs, steps and numbers.</summary>
    public static void Schedule(ParseResult parsed, TrainingOptions options)
    {
        TrainingArguments.ApplySchedule(parsed, options);
        if (options is DistillationOptions distillation)
        {
            distillation.InitialEpochs = parsed.GetValue(DistillArguments.InitialEpochs) ?? distillation.InitialEpochs;
        }
    }

    /// <summary>What a run is asked to do beside its method and seed, for telling another comparison's result.</summary>
    public static string SettingsOf(ParseResult parsed, ComparedRun run)
    {
        TrainingOptions options = run.Method == MethodName.None ? new NetworkTrainingOptions() : DistillArguments.MakeCompared(parsed, run.Method);
        Schedule(parsed, options);
        string milestones = options.Milestones is { } epochs ? string.Join('/', epochs.Select(epoch => Invariant($"{epoch}"))) : "5/8, 3/4, 7/8";
        string teacher = options is StudentTrainingOptions student ? $", teacher in {student.TeacherPrecision ?? student.Precision}" : "";
        string precision = options.Precision == Precision.Float32 ? "" : $", in {options.Precision}";
        string initial = options is DistillationOptions distillation ? Invariant($", initial {distillation.InitialEpochs}") : "";
        string contrast = options is WcordDistillationOptions wcord ? $", {wcord.Critic}, negatives {wcord.Negatives?.ToString(CultureInfo.InvariantCulture) ?? "as many as CRD"}" : "";
        return Invariant(
            $"{options.Epochs} epochs, batch {options.BatchSize}, rate {options.LearningRate}, milestones {milestones}, rows {parsed.GetValue(CommonOptions.Limit)?.ToString(CultureInfo.InvariantCulture) ?? "all"}{precision}{teacher}{initial}{contrast}");
    }

    private static async Task TrainApartAsync(ParseResult parsed, ComparedRun run, CancellationToken cancellationToken)
    {
        string tool = Environment.ProcessPath!;
        string[] host = Path.GetFileNameWithoutExtension(tool) == "dotnet" ? [typeof(CompareCommand).Assembly.Location] : [];
        var start = new ProcessStartInfo(tool, [.. host, .. parsed.Tokens.Select(token => token.Value), Only.Name, run.Name]);
        // Runs that all use all cores would wait for each other.
        int threads = Math.Max(1, Environment.ProcessorCount / (parsed.GetValue(AtOnce) ?? 1));
        start.Environment.TryAdd("OMP_NUM_THREADS", threads.ToString(CultureInfo.InvariantCulture));
        using Process process = Process.Start(start)!;
        using CancellationTokenRegistration stop = cancellationToken.Register(() => Stop(process));
        await process.WaitForExitAsync(CancellationToken.None);
        cancellationToken.ThrowIfCancellationRequested();
        if (process.ExitCode != 0)
        {
            throw new CommandException(Invariant($"the run {run.Name} ended with exit code {process.ExitCode}; its message stands above. Finished runs are kept: called again, the comparison goes on."));
        }
    }

    // Asked, not killed, so that a run saves a checkpoint first. (Windows cannot ask; there a terminal's Ctrl+C reaches the runs by itself.)
    private static void Stop(Process process)
    {
        if (!OperatingSystem.IsWindows())
        {
            using var _ = Process.Start("kill", ["-TERM", Invariant($"{process.Id}")]);
        }
    }

    private static string Report(ParseResult parsed, string folder, RunResult[] results)
    {
        string table = ComparisonTable.ToMarkdown(results, parsed.GetValue(BesidePaper));
        if (results.Length > 0)
        {
            File.WriteAllText(Path.Combine(folder, "results.csv"), ComparisonTable.ToCsv(results));
            File.WriteAllText(Path.Combine(folder, "results.md"), table);
            AccuracyCurves.Of(results).Save(Path.Combine(folder, "accuracy.svg"));
        }

        return table;
    }
}
