using System.CommandLine;
using Microsoft.ML;
using WCoRD.MLNet.Cli.Models;
using WCoRD.MLNet.Cli.Output;

namespace WCoRD.MLNet.Cli.Commands;

/// <summary><c>wcord export</c>: a saved model's network as an ONNX file.</summary>
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
    private static readonly Option<string> Out = new("--out")
    {
        Description = "Where to write the ONNX file; or a model like --model that ONNX Runtime scores, which needs no libtorch.",
        HelpName = "FILE.onnx|FILE.zip",
        Required = true,
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
        var command = new Command("export", "Write a model's network as an ONNX file, which runs without wcord and .NET.")
        {
            Model, Out, Int8, Calibration, Limit, Ranges, FullRange, Input, Features, Opset, CommonOptions.Json,
        };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        bool isInt8 = parsed.GetValue(Int8);
        Option? idle = isInt8 ? null
            : ((Option[])[Calibration, Limit, Ranges, FullRange]).FirstOrDefault(option => parsed.GetResult(option) is { Implicit: false });
        if (idle is not null || (isInt8 && parsed.GetValue(Calibration) is null))
        {
            throw new CommandException(idle is not null
                ? $"{idle.Name} has no meaning without --int8: leave it out, or add --int8."
                : "--int8 needs --calibration DIR: the training data, to measure the ranges of numbers on.");
        }

        string path = parsed.GetRequiredValue(Model), to = parsed.GetRequiredValue(Out);
        if (ModelFiles.IsModel(to)
            && ((Option[])[Input, Features]).FirstOrDefault(option => parsed.GetResult(option) is { Implicit: false }) is { } ofFiles)
        {
            throw new CommandException($"{ofFiles.Name} has no meaning for a model: leave it out, or write an .onnx file.");
        }

        var mlContext = LoadingLog.Attach(new MLContext(seed: 1));
        ITransformer model = ModelFiles.LoadModel(mlContext, path, out DataViewSchema schema);
        using NetworkTransformer network = ModelFiles.NetworkIn(model, path);
        int rows = parsed.GetValue(Limit) ?? CalibrationRows;
        var options = new OnnxOptions { AddFeatures = parsed.GetValue(Features), Input = parsed.GetValue(Input) };
        options.Opset = parsed.GetValue(Opset) ?? options.Opset;
        if (isInt8)
        {
            options.Precision = OnnxPrecision.Int8;
            options.Calibration = parsed.GetValue(Ranges) ?? options.Calibration;
            options.ReduceRange = !parsed.GetValue(FullRange);
            options.CalibrationRows = rows;
            // As the network sees them, behind the stages before it.
            options.CalibrationSet = model.Transform(
                ModelFiles.RowsFor(mlContext, model, parsed.GetValue(Calibration)!, imageSize: null, Cifar100Split.Train, rows));
        }

        if (ModelFiles.IsModel(to))
        {
            using NetworkTransformer scored = network.WithEngine(isInt8 ? ScoringEngine.OnnxInt8 : ScoringEngine.OnnxFloat32, options);
            ModelFiles.Save(mlContext, NetworkTransformer.ReplaceIn(model, scored), schema, to);
        }
        else
        {
            network.SaveOnnx(to, options);
        }

        Report(parsed, to, network, options);
        return 0;
    }

    private static void Report(ParseResult parsed, string path, NetworkTransformer network, OnnxOptions options)
    {
        long bytes = new FileInfo(path).Length;
        string[] given =
        [
            .. network.Card.Classes is null ? Array.Empty<string>() : ["Score", "PredictedLabel"],
            .. network.Card.Classes is null || options.AddFeatures ? ["Features"] : Array.Empty<string>(),
        ];
        if (parsed.GetValue(CommonOptions.Json))
        {
            JsonOutput.Write(new { Path = path, network.Network, Precision = $"{options.Precision}", Bytes = bytes, network.InputShape, Outputs = given });
            return;
        }

        Console.WriteLine(Invariant($"{path}: {network.Network} in {options.Precision}, {bytes / 1e6:F2} MB; ")
            + Invariant($"reads Pixels [batch, {network.InputShape[0]}, {network.InputShape[1]}, {network.InputShape[2]}], gives {string.Join(", ", given)}"));
    }
}
