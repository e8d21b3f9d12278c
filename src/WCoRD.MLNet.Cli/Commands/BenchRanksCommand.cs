using System.CommandLine;
using WCoRD.MLNet.Cli.Benchmarks;
using WCoRD.MLNet.Cli.Output;
using WCoRD.MLNet.Cli.Studies;

namespace WCoRD.MLNet.Cli.Commands;

/// <summary><c>wcord bench ranks</c>: what several processes win that train one model, measured under mpiexec, and planned for more.</summary>
internal static class BenchRanksCommand
{
    private const double MB = 1e6;
    private const double LongestMilliseconds = 3_600_000;
    private static readonly int[] Planned = [2, 4, 8, 16, 32, 64];

    private static readonly Option<bool> StoredViews = new("--stored-views")
    {
        Description = "Read what the teacher makes of a view, instead of computing it.",
    };
    private static readonly Option<double?> OneProcess = NumberOptions.Number(
        "--one-process", "What a step takes in one process, in ms, as this command says without mpiexec: tells the efficiency.",
        "MS", LongestMilliseconds, "milliseconds");
    private static readonly Option<bool> Plan = new("--plan")
    {
        Description = "Without mpiexec: measure one process, and tell what 2 to 64 would take in a network of that bandwidth and latency.",
    };
    private static readonly Option<double?> Bandwidth = NumberOptions.Number(
        "--bandwidth", "With --plan: of a process's own, each way, in Mbit/s. Default: 1000.", "MBITS", 1e7, "Mbit/s");
    private static readonly Option<double?> Latency = NumberOptions.Number(
        "--latency", "With --plan: what an empty message takes, in microseconds. Default: 50.", "US", 1e7, "microseconds");
    private static readonly Option<double?> Divided = NumberOptions.Number(
        "--divided-ms", "With --plan and --whole-ms: what processes divide of a step, in ms, where it was measured before.",
        "MS", LongestMilliseconds, "milliseconds");
    private static readonly Option<double?> Whole = NumberOptions.Number(
        "--whole-ms", "With --plan and --divided-ms: what each process does in whole, in ms.", "MS", LongestMilliseconds, "milliseconds");

    public static Command Create()
    {
        var command = new Command("ranks", "Time a WCoRD+KD step of several processes that mpiexec started, or of one; plan one of 2 to 64.")
        {
            BenchCommand.Teacher, BenchCommand.Student, BenchCommand.Rows, BenchCommand.BatchSize, BenchCommand.Negatives,
            DistillArguments.SharedNegatives, StoredViews, BenchCommand.Steps, OneProcess, Plan, Bandwidth, Latency, Divided, Whole,
            CommonOptions.Json,
        };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        StepSettings settings = BenchCommand.SettingsOf(parsed, parsed.GetRequiredValue(BenchCommand.Teacher));
        var benchmark = new RankBenchmark(settings, parsed.GetValue(StoredViews));
        Check(parsed);
        if (parsed.GetValue(Plan))
        {
            WritePlan(parsed, settings, benchmark);
            return 0;
        }

        Communicator? joined = Ranks.Join();
        RankTimes times = Ranks.Train(() => benchmark.Time(joined));
        if (Ranks.IsFirst)
        {
            WriteTimes(parsed, times);
        }

        return 0;
    }

    /// <exception cref="CommandException">Options do not go together.</exception>
    private static void Check(ParseResult parsed)
    {
        if (!parsed.GetValue(Plan))
        {
            foreach (Option<double?> option in new[] { Bandwidth, Latency, Divided, Whole }.Where(option => parsed.GetValue(option) is not null))
            {
                throw new CommandException($"{option.Name} is given without --plan: a measurement finds it itself. Add --plan, or leave it out.");
            }
        }
        else if (MpiCommunicator.IsLaunched)
        {
            throw new CommandException("--plan is given to several processes: a plan is made by one. Call it without mpiexec.");
        }
        else if ((parsed.GetValue(Divided) is null) != (parsed.GetValue(Whole) is null))
        {
            throw new CommandException("Of --divided-ms and --whole-ms one is given: expected both, as this command says of one process, or "
                + "none, which measures them.");
        }
        else if (parsed.GetValue(OneProcess) is not null)
        {
            throw new CommandException("--one-process is given with --plan, which takes --divided-ms and --whole-ms. Leave it out.");
        }
    }

    private static void WriteTimes(ParseResult parsed, RankTimes times)
    {
        double? efficiency = times.Ranks == 1 ? 1 : parsed.GetValue(OneProcess) / (times.Ranks * times.Step),
            modelled = times.Interconnect?.Milliseconds(times.Cost);
        if (parsed.GetValue(CommonOptions.Json))
        {
            JsonOutput.Write(new
            {
                Command = "bench ranks",
                times.Ranks,
                times.Step,
                times.Fastest,
                times.Slowest,
                times.Communication,
                times.Parts,
                times.Cost.Bytes,
                times.Cost.Rounds,
                Efficiency = efficiency,
                DividedMs = times.Divided,
                WholeMs = times.Whole,
                times.Interconnect,
                Modelled = modelled,
                Calls = times.Calls.Select(call => new { Kind = $"{call.Kind}", call.Values, call.ValueBytes }),
            });
            return;
        }

        var table = new MarkdownTable("ranks", "ms a step, median (least to most)", "of these in MPI", "MB that a rank sends", "efficiency");
        table.Add(
            Invariant($"{times.Ranks}"),
            Invariant($"{times.Step:F1} ({times.Fastest:F1} to {times.Slowest:F1})"),
            Invariant($"{times.Communication:F1} ({times.Communication / times.Step:P0})"),
            Invariant($"{times.Cost.Bytes / MB:F2}"),
            efficiency is { } share ? Invariant($"{share:P0}") : "");
        Console.Write(table);
        Console.WriteLine(times.Interconnect is { } found
            ? Invariant($"\nan empty message takes {found.Microseconds:F0} us, long ones {found.Megabits:F0} Mbit/s: what is sent takes ")
                + Invariant($"{modelled:F1} ms of the {times.Communication:F1}; the rest is waiting for a slower rank")
            : Invariant($"\nfor --plan: --divided-ms {times.Divided:F1} --whole-ms {times.Whole:F1}"));
    }

    private static void WritePlan(ParseResult parsed, StepSettings settings, RankBenchmark benchmark)
    {
        RankTimes? measured = parsed.GetValue(Divided) is null ? benchmark.Time(null) : null;
        var interconnect = new Interconnect(parsed.GetValue(Bandwidth) ?? 1000, parsed.GetValue(Latency) ?? 50);
        var plan = new RankPlan(
            StepTraffic.Of(settings.Student, settings.Teacher!, RandomImages.Classes, settings.Side),
            settings.Batch,
            parsed.GetValue(Divided) ?? measured!.Divided,
            parsed.GetValue(Whole) ?? measured!.Whole,
            interconnect);
        PlannedStep[] steps = [.. Planned.Select(plan.For)];
        if (parsed.GetValue(CommonOptions.Json))
        {
            JsonOutput.Write(new
            {
                Command = "bench ranks",
                Batch = settings.Batch,
                DividedMs = plan.Divided,
                WholeMs = plan.Whole,
                Interconnect = interconnect,
                Plan = steps,
            });
            return;
        }

        Console.WriteLine(
            Invariant($"batch {settings.Batch}; one process: {plan.Divided + plan.Whole:F1} ms a step, of which {plan.Divided:F1} are divided; ")
                + Invariant($"{interconnect.Megabits} Mbit/s, {interconnect.Microseconds} us\n"));
        var table = new MarkdownTable("ranks", "messages", "MB that a rank sends", "ms in MPI", "ms a step", "times one process's speed", "efficiency");
        foreach (PlannedStep step in steps)
        {
            table.Add(
                Invariant($"{step.Ranks}"),
                Invariant($"{step.Rounds}"),
                Invariant($"{step.Bytes / MB:F2}"),
                Invariant($"{step.Communication:F1}"),
                Invariant($"{step.Step:F1}"),
                Invariant($"{step.Efficiency * step.Ranks:F1}"),
                Invariant($"{step.Efficiency:P0}"));
        }

        Console.Write(table);
        PlannedStep shortest = steps.MinBy(step => step.Step)!;
        Console.WriteLine(shortest.Step >= plan.Divided + plan.Whole
            ? "\nno number of ranks is faster than one process"
            : Invariant($"\nfastest with {shortest.Ranks}; more than half of what is added is won with ")
                + (steps.LastOrDefault(step => step.Efficiency > 0.5) is { } last ? Invariant($"up to {last.Ranks}") : "none of these"));
    }
}
