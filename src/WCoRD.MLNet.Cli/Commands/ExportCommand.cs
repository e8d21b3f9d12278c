using System.CommandLine;
using System.Text;
using Microsoft.ML;
using WCoRD.MLNet.Cli.Models;
using WCoRD.MLNet.Cli.Output;
using WCoRD.MLNet.Cli.Web;

namespace WCoRD.MLNet.Cli.Commands;

/// <summary><c>wcord export</c>: a saved model's network as an ONNX file, or as a page that computes it.</summary>
internal static class ExportCommand
{
    // Rows to measure ranges on, where nothing is said.
    private const int CalibrationRows = 512;
    private static readonly Option<string> Model = new("--model")
    {
        Description = "A model that wcord saved.",
        HelpName = "FILE.zip",
        Required = true,
    };
    private static readonly Option<string?> Out = new("--out")
    {
        Description = "Where to write the ONNX file; or a model like --model that ONNX Runtime scores, which needs no libtorch.",
        HelpName = "FILE.onnx|FILE.zip",
    };
    private static readonly Option<string?> Web = new("--web")
    {
        Description = "In place of --out: a folder for index.html, a page that classifies pictures in a browser, offline.",
        HelpName = "DIR",
    };
    private static readonly Option<string?> Runtime = new("--runtime")
    {
        Description = $"The npm package {WebRuntime.Package}, which --web puts into the page. Default: {WebRuntime.DefaultFolder}.",
        HelpName = "DIR",
    };
    private static readonly Option<bool> Int8 = new("--int8")
    {
        Description = "Compute in whole numbers of eight bits: a quarter of the size, and faster. Needs --calibration.",
    };
    private static readonly Option<string?> Calibration = new("--calibration")
    {
        Description = "The training data, of which some rows are read to measure the ranges of numbers for --int8.",
        HelpName = "DIR",
    };
    private static readonly Option<int?> Limit = NumberOptions.Whole(
        "--limit", "How many rows of --calibration are read, as many of each class. Default: 512.", minimum: 1);
    private static readonly Option<CalibrationKind?> Ranges = ChoiceOption.Of<CalibrationKind>(
        "--ranges", "How ranges are chosen. Default: meansquarederror.");
    private static readonly Option<bool> FullRange = new("--full-range")
    {
        Description = "Weights of all eight bits, not seven: only for processors with VNNI; on others sums of products overflow.",
    };
    private static readonly Option<OnnxInput?> Input = ChoiceOption.Of<OnnxInput>(
        "--input", "What the file reads: pixels as bytes or as floats. Default: bytes where the model learned from pixels of 0 to 255.");
    private static readonly Option<bool> Features = new("--features") { Description = "Give the penultimate features too." };
    private static readonly Option<int?> Opset = NumberOptions.Whole(
        "--opset", "The version of ONNX's operators, 13 to 17: the older, the more programs read the file. Default: 17.", minimum: 1);

    public static Command Create()
    {
        var command = new Command("export", "Write a model's network as an ONNX file, which runs without wcord and .NET, or as a page for browsers.")
        {
            Model, Out, Web, Runtime, Int8, Calibration, Limit, Ranges, FullRange, Input, Features, Opset, CommonOptions.Json,
        };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        CheckOptions(parsed);
        string path = parsed.GetRequiredValue(Model);
        string to = parsed.GetValue(Web) is { } folder ? WebPage.FileIn(folder) : parsed.GetValue(Out)!;
        WebRuntime? runtime = parsed.GetValue(Web) is null ? null : WebRuntime.Read(parsed.GetValue(Runtime) ?? WebRuntime.DefaultFolder);
        var mlContext = LoadingLog.Attach(new MLContext(seed: 1));
        ITransformer model = ModelFiles.LoadModel(mlContext, path, out DataViewSchema schema);
        using NetworkTransformer network = ModelFiles.NetworkIn(model, path);
        ShownNetwork? shown = runtime is null ? null : ShownNetwork.Of(model, schema, network, path);
        OnnxOptions options = OptionsOf(parsed, mlContext, model);
        if (shown is not null)
        {
            options.Input = OnnxInput.Bytes;
            WritePage(to, Path.GetFileNameWithoutExtension(path), shown, options, runtime!);
        }
        else if (ModelFiles.IsModel(to))
        {
            ScoringEngine engine = options.Precision == OnnxPrecision.Int8 ? ScoringEngine.OnnxInt8 : ScoringEngine.OnnxFloat32;
            using NetworkTransformer scored = network.WithEngine(engine, options);
            ModelFiles.Save(mlContext, NetworkTransformer.ReplaceIn(model, scored), schema, to);
        }
        else
        {
            network.SaveOnnx(to, options);
        }

        Report(parsed, to, network, options, runtime);
        return 0;
    }

    private static void CheckOptions(ParseResult parsed)
    {
        string? to = parsed.GetValue(Out);
        bool isPage = parsed.GetValue(Web) is not null;
        if (isPage == (to is not null))
        {
            throw new CommandException(isPage ? "--out and --web are both given: write one of them at a time."
                : "nothing says what to write: give --out FILE.onnx, --out FILE.zip or --web DIR.");
        }

        bool isInt8 = parsed.GetValue(Int8);
        RefuseIdle(parsed, isInt8, "without --int8: leave it out, or add --int8.", Calibration, Limit, Ranges, FullRange);
        if (isInt8 && parsed.GetValue(Calibration) is null)
        {
            throw new CommandException("--int8 needs --calibration DIR: the training data, to measure the ranges of numbers on.");
        }

        RefuseIdle(parsed, isPage, "without --web: leave it out, or write a page.", Runtime);
        RefuseIdle(parsed, !isPage, "for a page: leave it out, or write an .onnx file.", Input, Features);
        RefuseIdle(parsed, isPage || !ModelFiles.IsModel(to!), "for a model: leave it out, or write an .onnx file.", Input, Features);
    }

    private static void RefuseIdle(ParseResult parsed, bool areOfUse, string where, params Option[] options)
    {
        if (!areOfUse && options.FirstOrDefault(option => parsed.GetResult(option) is { Implicit: false }) is { } idle)
        {
            throw new CommandException($"{idle.Name} has no meaning {where}");
        }
    }

    private static OnnxOptions OptionsOf(ParseResult parsed, MLContext mlContext, ITransformer model)
    {
        var options = new OnnxOptions { AddFeatures = parsed.GetValue(Features), Input = parsed.GetValue(Input) };
        options.Opset = parsed.GetValue(Opset) ?? options.Opset;
        if (parsed.GetValue(Int8))
        {
            int rows = parsed.GetValue(Limit) ?? CalibrationRows;
            options.Precision = OnnxPrecision.Int8;
            options.Calibration = parsed.GetValue(Ranges) ?? options.Calibration;
            options.ReduceRange = !parsed.GetValue(FullRange);
            options.CalibrationRows = rows;
            // As the network sees them, behind the stages before it.
            options.CalibrationSet = model.Transform(
                ModelFiles.RowsFor(mlContext, model, parsed.GetValue(Calibration)!, imageSize: null, Cifar100Split.Train, rows));
        }

        return options;
    }

    private static void WritePage(string path, string title, ShownNetwork shown, OnnxOptions options, WebRuntime runtime)
    {
        string onnx = Path.GetTempFileName();
        try
        {
            shown.Network.SaveOnnx(onnx, options);
            string page = WebPage.Write(title, shown, File.ReadAllBytes(onnx), options.Precision, runtime);
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            WholeFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(page)));
        }
        finally
        {
            File.Delete(onnx);
        }
    }

    private static void Report(ParseResult parsed, string path, NetworkTransformer network, OnnxOptions options, WebRuntime? runtime)
    {
        long bytes = new FileInfo(path).Length;
        string[] given =
        [
            .. network.Card.Classes is null ? Array.Empty<string>() : ["Score", "PredictedLabel"],
            .. network.Card.Classes is null || options.AddFeatures ? ["Features"] : Array.Empty<string>(),
        ];
        if (parsed.GetValue(CommonOptions.Json))
        {
            string precision = $"{options.Precision}";
            JsonOutput.Write(runtime is null
                ? (object)new { Path = path, network.Network, Precision = precision, Bytes = bytes, network.InputShape, Outputs = given }
                : new { Path = path, network.Network, Precision = precision, Bytes = bytes, network.InputShape, Runtime = runtime.PackageVersion });
            return;
        }

        IReadOnlyList<int> shape = network.InputShape;
        Console.WriteLine(Invariant($"{path}: {network.Network} in {options.Precision}, {bytes / 1e6:F2} MB; ") + (runtime is null
            ? Invariant($"reads Pixels [batch, {shape[0]}, {shape[1]}, {shape[2]}], gives {string.Join(", ", given)}")
            : $"holds {WebRuntime.Package} {runtime.PackageVersion}. Open it in a browser, or serve its folder: "
                + $"python3 -m http.server --directory {parsed.GetValue(Web)}"));
    }
}
