using System.CommandLine;
using Microsoft.ML;
using WCoRD.MLNet.Cli.Benchmarks;
using WCoRD.MLNet.Cli.Models;
using WCoRD.MLNet.Cli.Output;

namespace WCoRD.MLNet.Cli.Commands;

/// <summary><c>wcord bench</c>: how fast this machine trains and scores.</summary>
internal static class BenchCommand
{
    public static readonly Option<string> Teacher = new("--teacher-network")
    {
        Description = "The teacher's network; its weights do not matter here.",
        HelpName = "NAME",
        DefaultValueFactory = _ => "resnet32x4",
    };
    public static readonly Option<string> Student = new("--student")
    {
        Description = "The student's network.",
        HelpName = "NAME",
        DefaultValueFactory = _ => "resnet8x4",
    };
    public static readonly Option<int?> Rows = NumberOptions.Whole(
        "--rows", "Training rows, each with a row of the banks. Default: 50000.", minimum: 200);
    public static readonly Option<int?> BatchSize = NumberOptions.Whole("--batch-size", "Examples of a step. Default: 64.", minimum: 2);
    public static readonly Option<int?> Negatives = NumberOptions.Whole(
        "--negatives", "Negatives of an example. Default: 16384, or all rows of other classes where they are fewer.", minimum: 1);
    public static readonly Option<int?> Steps = NumberOptions.Whole(
        "--steps", "Steps measured, after three that warm up. Default: 20.", minimum: 1);

    private static readonly Option<bool> StoredViews = new("--stored-views")
    {
        Description = "Time the step with stored views too, in which what the teacher makes of a view is read.",
    };

    private static readonly Option<bool> NoPlain = new("--no-plain") { Description = "Leave the plain port out, which is slow." };

    private static readonly Option<int?> Side = NumberOptions.Whole("--image-size", "Height and width of the images. Default: 32.", minimum: 8);

    private static readonly Option<string> Networks = new("--networks")
    {
        Description = "Networks divided by commas.",
        HelpName = "NAME,NAME,...",
        DefaultValueFactory = _ => "resnet8x4,vgg8",
    };
    private static readonly Option<string> Model = new("--model")
    {
        Description = "A model that wcord saved.",
        HelpName = "FILE.zip",
        Required = true,
    };
    private static readonly Option<int?> Calibration = NumberOptions.Whole(
        "--calibration-rows", "Training rows on which the ranges of int8 are measured. Default: 512.", minimum: 1);
    private static readonly Option<bool> FullRange = new("--full-range")
    {
        Description = "Weights of all eight bits for int8, not seven: for processors with VNNI.",
    };
    private static readonly Option<double?> Seconds = NumberOptions.Number(
        "--seconds", "How long each of five repeats of a measurement lasts at least. Default: 1.", atMost: 3600, unit: "seconds");
    private static readonly int[] Batches = [1, 32, 256];
    private const int ScoredRows = 512;
    private static readonly (string Name, StepTimes Times)[] NoColumns = [];

    public static Command Create() =>
        new("bench", "Measure how fast this machine trains and scores.")
        {
            CreateStep(), CreateScore(), CreateEngines(), CreateData(), CostsCommand.Create(), BenchRanksCommand.Create(),
        };

    private static Command CreateStep()
    {
        var command = new Command(
            "step", "Time the parts of a WCoRD+KD training step, beside a plain port: planes first, float32, bank rows gathered.")
        {
            Teacher, Student, Rows, BatchSize, Side, Negatives, DistillArguments.SharedNegatives, StoredViews, NoPlain, Steps,
            CommonOptions.Gpu, CommonOptions.Json,
        };
        command.SetAction(RunStep);
        return command;
    }

    private static Command CreateScore()
    {
        var command = new Command(
            "score", "Time scoring through Transform and a cursor, beside one call a row and the network called directly.")
        {
            Networks, Seconds, CommonOptions.Json,
        };
        command.SetAction(RunScore);
        return command;
    }

    private static Command CreateEngines()
    {
        var command = new Command("engines", "Measure a model by libtorch and ONNX Runtime, in floats and int8: accuracy, size and speed.")
        {
            Model, CommonOptions.Data, Calibration, FullRange, CommonOptions.Limit, CommonOptions.Json,
        };
        command.SetAction(RunEngines);
        return command;
    }

    private static int RunEngines(ParseResult parsed)
    {
        var mlContext = LoadingLog.Attach(new MLContext(seed: 1));
        string path = parsed.GetRequiredValue(Model), data = parsed.GetRequiredValue(CommonOptions.Data);
        ITransformer model = ModelFiles.LoadModel(mlContext, path);
        using NetworkTransformer network = ModelFiles.NetworkIn(model, path);
        int calibration = parsed.GetValue(Calibration) ?? new OnnxOptions().CalibrationRows;
        var options = new OnnxOptions
        {
            CalibrationSet = model.Transform(ModelFiles.RowsFor(mlContext, model, data, imageSize: null, Cifar100Split.Train, calibration)),
            CalibrationRows = calibration,
            ReduceRange = !parsed.GetValue(FullRange),
        };
        IDataView test = ModelFiles.RowsFor(mlContext, model, data, imageSize: null, Cifar100Split.Test, parsed.GetValue(CommonOptions.Limit));
        EngineTimes[] results = new EngineBenchmark(mlContext, network, StagesBefore(model, network, test), options).Run();
        if (parsed.GetValue(CommonOptions.Json))
        {
            JsonOutput.Write(new
            {
                Command = "bench engines",
                network.Network,
                Engines = results.Select(result => new
                {
                    Engine = $"{result.Engine}",
                    result.Megabytes,
                    result.Top1,
                    result.Top5,
                    result.Rate,
                    result.Slowest,
                    result.Fastest,
                    result.Milliseconds,
                }),
            });
            return 0;
        }

        Console.Write("| network | engine | MB | top-1 % | images/s (least to most) | times libtorch | one image, ms | times libtorch |\n"
            + "|---|---|---|---|---|---|---|---|\n");
        foreach (EngineTimes result in results)
        {
            Console.Write(Invariant($"| {network.Network} | {result.Engine} | {result.Megabytes:F2} | {result.Top1:F2} | ")
                + Invariant($"{result.Rate:F0} ({result.Slowest:F0} to {result.Fastest:F0}) | {result.Rate / results[0].Rate:F2} | ")
                + Invariant($"{result.Milliseconds:F2} | {results[0].Milliseconds / result.Milliseconds:F2} |\n"));
        }

        return 0;
    }

    private static IDataView StagesBefore(ITransformer model, NetworkTransformer network, IDataView rows) =>
        ModelFiles.Stages(model).TakeWhile(stage => stage != network).Aggregate(rows, (view, stage) => stage.Transform(view));

    private static Command CreateData()
    {
        var command = new Command("data", "Time reading rows into memory and making batches, beside the training step that waits for them.")
        {
            Student, Rows, BatchSize, Steps, CommonOptions.Json,
        };
        command.SetAction(RunData);
        return command;
    }

    private static int RunData(ParseResult parsed)
    {
        StepSettings settings = SettingsOf(parsed, teacher: null);
        (int rows, int batch, string student) = (settings.Rows, settings.Batch, settings.Student);
        (StepTimes times, double read, double hash) = new StepBenchmark(settings).Time(Precision.Float32);
        double made = times.Parts["data"];
        if (parsed.GetValue(CommonOptions.Json))
        {
            JsonOutput.Write(new
            {
                Command = "bench data",
                Rows = rows,
                ReadSeconds = read,
                HashSeconds = hash,
                BatchMilliseconds = made,
                StepMilliseconds = times.Step,
            });
        }
        else
        {
            Console.WriteLine(
                Invariant($"{rows} rows read in {read:F2} s ({rows / read:F0} rows/s) and hashed in {hash:F2} s\na batch of {batch} made in {made:F2} ms: ")
                    + Invariant($"{made / times.Step:P1} of a step in which {student} learns alone ({times.Step:F1} ms)"));
        }

        return 0;
    }

    private static int RunScore(ParseResult parsed)
    {
        using var benchmark = new ScoreBenchmark(ScoredRows, parsed.GetValue(Seconds) ?? 1);
        var results = parsed.GetRequiredValue(Networks).Split(',')
            .Select(network => (
                Network: network,
                Times: Batches.Select(batch => benchmark.Time(network, batch)).ToArray(),
                One: benchmark.TimeOne(network)))
            .ToArray();
        if (parsed.GetValue(CommonOptions.Json))
        {
            JsonOutput.Write(new
            {
                Command = "bench score",
                Networks = results.Select(result => new
                {
                    result.Network,
                    result.Times,
                    EngineMilliseconds = result.One.Engine,
                    DirectMilliseconds = result.One.Direct,
                }),
            });
            return 0;
        }

        Console.Write(
            "| network | batch | images/s, Transform | times row by row | images/s, direct | share of direct |\n"
                + "|---|---|---|---|---|---|\n");
        foreach ((string network, ScoreTimes[] times, (double engine, double direct)) in results)
        {
            foreach (ScoreTimes time in times)
            {
                Console.Write(
                    Invariant($"| {network} | {time.Batch} | {time.Pipeline:F0} | {time.Pipeline / times[0].Pipeline:F2} | ")
                        + Invariant($"{time.Direct:F0} | {time.Pipeline / time.Direct:P0} |\n"));
            }

            Console.Write(Invariant($"| {network} | one prediction | {engine:F2} ms by a PredictionEngine | | {direct:F2} ms | |\n"));
        }

        return 0;
    }

    /// <summary>What the options of a step say.</summary>
    public static StepSettings SettingsOf(ParseResult parsed, string? teacher)
    {
        var defaults = new StepSettings(teacher, parsed.GetRequiredValue(Student));
        return defaults with
        {
            Rows = parsed.GetValue(Rows) ?? defaults.Rows,
            Batch = parsed.GetValue(BatchSize) ?? defaults.Batch,
            Side = parsed.GetValue(Side) ?? defaults.Side,
            Negatives = parsed.GetValue(Negatives),
            SharesNegatives = parsed.GetValue(DistillArguments.SharedNegatives),
            Steps = parsed.GetValue(Steps) ?? defaults.Steps,
            Gpu = parsed.GetValue(CommonOptions.Gpu),
        };
    }

    private static int RunStep(ParseResult parsed)
    {
        int? gpu = parsed.GetValue(CommonOptions.Gpu);
        var benchmark = new StepBenchmark(SettingsOf(parsed, parsed.GetRequiredValue(Teacher)));
        StepTimes auto = benchmark.Time(Precision.Auto).Times, single = benchmark.Time(Precision.Float32).Times;
        (StepTimes Auto, StepTimes Float32)? stored = parsed.GetValue(StoredViews)
            ? (benchmark.Time(Precision.Auto, storesViews: true).Times, benchmark.Time(Precision.Float32, storesViews: true).Times)
            : null;
        double peak = ProcessMemory.PeakMegabytes();

        // The plain port is a measure of processors.
        StepTimes? plain = gpu is null && !parsed.GetValue(NoPlain) ? benchmark.TimePlain() : null;
        if (parsed.GetValue(CommonOptions.Json))
        {
            JsonOutput.Write(new
            {
                Command = "bench step",
                Gpu = gpu,
                Auto = auto,
                Float32 = single,
                Stored = stored?.Auto,
                StoredFloat32 = stored?.Float32,
                Plain = plain,
                AutoRatio = plain?.Step / auto.Step,
                Float32Ratio = plain?.Step / single.Step,
                StoredRatio = plain?.Step / stored?.Auto.Step,
                StoredFloat32Ratio = plain?.Step / stored?.Float32.Step,
                PeakMegabytes = peak,
            });
        }
        else
        {
            Console.Write(Table(auto, single, stored, plain));
            Console.WriteLine(Invariant($"\npeak memory{(plain is null ? "" : " before the plain port")}: {peak:F0} MB"));
        }

        return 0;
    }

    private static string Table(StepTimes auto, StepTimes single, (StepTimes Auto, StepTimes Float32)? stored, StepTimes? plain)
    {
        (string Name, StepTimes Times)[] columns =
        [
            ("Auto", auto),
            ("Float32", single),
            .. stored is var (storedAuto, storedSingle) ? [("stored views, Auto", storedAuto), ("stored views, Float32", storedSingle)] : NoColumns,
            .. plain is null ? NoColumns : [("plain port", plain)],
        ];
        IEnumerable<string> lines = columns[^1].Times.Parts.Keys.Union(auto.Parts.Keys)
            .Select(part => Line(part, times => Invariant($"{times.Parts.GetValueOrDefault(part):F1}")))
            .Append(Line("step", times => Invariant($"{times.Step:F1}")));
        if (plain is not null)
        {
            lines = lines.Append(Line("times the plain port's speed", times => Invariant($"{plain.Step / times.Step:F2}")));
        }

        return $"| ms, median | {string.Join(" | ", columns.Select(column => column.Name))} |\n"
            + $"|---{string.Concat(columns.Select(_ => "|---"))}|\n{string.Concat(lines)}";

        string Line(string name, Func<StepTimes, string> value) => $"| {name} | {string.Join(" | ", columns.Select(column => value(column.Times)))} |\n";
    }
}
