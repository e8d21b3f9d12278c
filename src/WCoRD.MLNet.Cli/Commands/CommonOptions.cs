using System.CommandLine;
using Microsoft.ML;
using WCoRD.MLNet.Cli.Models;
using WCoRD.MLNet.Cli.Output;

namespace WCoRD.MLNet.Cli.Commands;

/// <summary>Options that more than one command takes.</summary>
internal static class CommonOptions
{
    public static Option<string> Data { get; } = new("--data")
    {
        Description = DataSource.Description,
        HelpName = "DIR",
        Required = true,
    };

    public static Option<int?> ImageSize { get; } = NumberOptions.Whole(
        "--image-size", "Height and width that photographs are brought to: the shorter side is resized, the centre taken. Default: 64.", minimum: 1);

    public static Option<Cifar100Split?> Split { get; } = ChoiceOption.Of<Cifar100Split>(
        "--split", "Which part of the data to read. Default: test.");

    public static Option<int?> Limit { get; } = NumberOptions.Whole(
        "--limit", "Take N rows only: the first of each class, as many of each.", minimum: 1);

    public static Option<int?> Seed { get; } = NumberOptions.Whole(
        "--seed", "Seed of every random draw; the same seed gives the same model.");

    public static Option<int[]?> Seeds { get; } = NumberOptions.Wholes(
        "--seeds", "Every training is repeated with each of these. Default: 1.", "whole numbers divided by commas, as 1,2,3");

    public static Option<Precision?> Precision { get; } = ChoiceOption.Of<Precision>(
        "--precision",
        "Numbers that networks compute with: bfloat16 takes about half the time on processors that have it, auto measures. "
            + "Default: float32.");

    public static Option<int?> Gpu { get; } = NumberOptions.Whole(
        "--gpu", "Compute on the NVIDIA GPU of that number, from 0. Default: on the CPU.", minimum: 0);

    public static Option<bool> Json { get; } = new("--json") { Description = "Print one JSON object on stdout and nothing else there." };

    public static Option<string> ModelOut { get; } = new("--out")
    {
        Description = "Where to write the model.",
        HelpName = "FILE.zip",
        Required = true,
    };

    public static Option<string?> Normalization { get; } = new("--teacher-normalization")
    {
        Description = "The input of a teacher of PyTorch weights or ONNX: means / deviations of the channels in [0, 1], "
            + "as 0.5071,0.4867,0.4408/0.2675,0.2565,0.2761. Default: CIFAR-100's, of ONNX ImageNet's.",
        HelpName = "MEANS/DEVIATIONS",
    };

    /// <summary>The environment of a command: its seed and its GPU, without which it does not go on.</summary>
    public static MLContext Context(ParseResult parsed, int? seed = null) =>
        LoadingLog.Attach(new MLContext(seed) { GpuDeviceId = parsed.GetValue(Gpu), FallbackToCpu = false });

    /// <summary>The part of the data to read.</summary>
    public static Cifar100Split SplitOf(ParseResult parsed) => parsed.GetValue(Split) ?? Cifar100Split.Test;

    /// <summary>The data named.</summary>
    public static DataSource Source(ParseResult parsed) =>
        DataSource.Open(parsed.GetRequiredValue(Data), parsed.GetValue(ImageSize));

    /// <summary>The rows named, as a model is to see them.</summary>
    public static IDataView RowsFor(ParseResult parsed, MLContext mlContext, ITransformer model) => ModelFiles.RowsFor(
        mlContext, model, parsed.GetRequiredValue(Data), parsed.GetValue(ImageSize), SplitOf(parsed), parsed.GetValue(Limit));

    /// <summary>A list's values; null where the option is not given, of which the parser makes an empty list.</summary>
    public static T[]? ListOrNull<T>(ParseResult parsed, Option<T[]?> option) =>
        parsed.GetResult(option) is { Implicit: false } ? parsed.GetValue(option) : null;
}
