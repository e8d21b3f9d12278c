using System.CommandLine;
using System.Diagnostics;
using WCoRD.MLNet.Cli.Benchmarks;
using WCoRD.MLNet.Cli.Output;

namespace WCoRD.MLNet.Cli.Commands;

/// <summary><c>wcord bench</c>: how fast this machine trains and scores.</summary>
internal static class BenchCommand
{
    private static readonly Option<string> Teacher = new("--teacher-network") { Description = "The teacher's network; its weights do not matter here.", HelpName = "NAME", DefaultValueFactory = _ => "resnet32x4" };
    private static readonly Option<string> Student = new("--student") { Description = "The student's network.", HelpName = "NAME", DefaultValueFactory = _ => "resnet8x4" };
    private static readonly Option<int?> Rows = CommonOptions.AtLeast("--rows", "Training rows, each with a row of the banks. Default: 50000.", "N", 200);
    private static readonly Option<int?> BatchSize = CommonOptions.AtLeast("--batch-size", "Examples of a step. Default: 64.", "N", 2);
    private static readonly Option<int?> Negatives = CommonOptions.AtLeast("--negatives", "Negatives of an example. Default: 16384.", "N", 1);
    private static readonly Option<int?> Steps = CommonOptions.AtLeast("--steps", "Steps measured, after three that warm up. Default: 20.", "N", 1);

    public static Command Create() => new("bench", "Measure how fast this machine trains.") { CreateStep() };

    private static Command CreateStep()
    {
        var command = new Command("step", "Time the parts of a WCoRD+KD training step, beside a plain port: planes first, float32, bank rows gathered.")
        {
            Teacher, Student, Rows, BatchSize, Negatives, Steps, CommonOptions.Json,
        };
        command.SetAction(RunStep);
        return command;
    }

    private static int RunStep(ParseResult parsed)
    {
        var benchmark = new StepBenchmark(
            parsed.GetRequiredValue(Teacher), parsed.GetRequiredValue(Student), parsed.GetValue(Rows) ?? 50_000, parsed.GetValue(BatchSize) ?? 64, parsed.GetValue(Negatives) ?? 16_384, parsed.GetValue(Steps) ?? 20);
        StepTimes auto = benchmark.Time(Precision.Auto), single = benchmark.Time(Precision.Float32);
        double peak = PeakMegabytes();
        StepTimes plain = benchmark.TimePlain();
        if (parsed.GetValue(CommonOptions.Json))
        {
            JsonOutput.Write(new { Command = "bench step", Auto = auto, Float32 = single, Plain = plain, AutoRatio = plain.Step / auto.Step, Float32Ratio = plain.Step / single.Step, PeakMegabytes = peak });
        }
        else
        {
            Console.Write(Table(auto, single, plain));
            Console.WriteLine(FormattableString.Invariant($"\npeak memory before the plain port: {peak:F0} MB"));
        }

        return 0;
    }

    private static string Table(StepTimes auto, StepTimes single, StepTimes plain)
    {
        string[] parts = [.. plain.Parts.Keys.Union(auto.Parts.Keys)];
        IEnumerable<string> lines = parts.Select(part => Line(part, times => times.Parts.GetValueOrDefault(part))).Append(Line("step", times => times.Step))
            .Append(FormattableString.Invariant($"| times the plain port's speed | {plain.Step / auto.Step:F2} | {plain.Step / single.Step:F2} | 1 |\n"));
        return $"| ms, median | Auto | Float32 | plain port |\n|---|---|---|---|\n{string.Concat(lines)}";

        string Line(string name, Func<StepTimes, double> value) => FormattableString.Invariant($"| {name} | {value(auto):F1} | {value(single):F1} | {value(plain):F1} |\n");
    }

    private static double PeakMegabytes()
    {
        using var self = Process.GetCurrentProcess();
        return Math.Round(self.PeakWorkingSet64 / 1e6, 1);
    }
}
