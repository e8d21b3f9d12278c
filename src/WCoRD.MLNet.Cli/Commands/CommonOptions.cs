using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Microsoft.ML;

namespace WCoRD.MLNet.Cli.Commands;

/// <summary>Options that more than one command takes.</summary>
internal static class CommonOptions
{
    public static Option<string> Data { get; } = new("--data") { Description = "Folder with train.bin and test.bin (CIFAR-100's binary layout), or one such file.", HelpName = "DIR", Required = true };

    public static Option<Cifar100Split> Split { get; } = new("--split") { Description = "Which part of the data to read.", DefaultValueFactory = _ => Cifar100Split.Test };

    public static Option<int?> Limit { get; } = AtLeast("--limit", "Take N rows only: the first of each class, as many of each.", "N", 1);

    public static Option<int?> Seed { get; } = new("--seed") { Description = "Seed of every random draw; the same seed gives the same model.", HelpName = "N" };

    public static Option<int[]?> Seeds { get; } = new("--seeds") { Description = "Every training is repeated with each of these. Default: 1.", HelpName = "N,N,...", CustomParser = ParseSeeds };

    public static Option<Precision?> Precision { get; } = new("--precision") { Description = "Numbers that networks compute with: bfloat16 takes about half the time on processors that have it, auto measures. Default: float32." };

    public static Option<int?> Gpu { get; } = AtLeast("--gpu", "Compute on the NVIDIA GPU of that number, from 0. Default: on the CPU.", "N", 0);

    public static Option<bool> Json { get; } = new("--json") { Description = "Print one JSON object on stdout and nothing else there." };

    public static Option<string> ModelOut { get; } = new("--out") { Description = "Where to write the model.", HelpName = "FILE.zip", Required = true };

    public static Option<string?> Normalization { get; } = new("--teacher-normalization")
    {
        Description = "The input of a teacher of PyTorch weights: means / deviations of the channels in [0, 1], as 0.5071,0.4867,0.4408/0.2675,0.2565,0.2761. Default: CIFAR-100's.",
        HelpName = "MEANS/DEVIATIONS",
    };

    /// <summary>The environment of a command: its seed and its GPU, without which it does not go on.</summary>
    public static MLContext Context(ParseResult parsed, int? seed = null) => new(seed) { GpuDeviceId = parsed.GetValue(Gpu), FallbackToCpu = false };

    /// <summary>A list's values; null where the option is not given, of which the parser makes an empty list.</summary>
    public static T[]? ListOrNull<T>(ParseResult parsed, Option<T[]?> option) => parsed.GetResult(option) is { Implicit: false } ? parsed.GetValue(option) : null;

    /// <summary>An optional whole number with a minimum.</summary>
    public static Option<int?> AtLeast(string name, string description, string helpName, int minimum)
    {
        var option = new Option<int?>(name) { Description = description, HelpName = helpName };
        option.Validators.Add(result =>
        {
            // A value that is no number at all is reported by the parser.
            if (result.Tokens.Count == 1 && int.TryParse(result.Tokens[0].Value, out int value) && value < minimum)
            {
                result.AddError(Invariant($"{name} is {value}: expected at least {minimum}."));
            }
        });
        return option;
    }

    private static int[]? ParseSeeds(ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        string[] parts = text.Split(',', StringSplitOptions.TrimEntries);
        int[] seeds = [.. parts.Select(part => int.TryParse(part, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int seed) ? seed : int.MinValue)];
        if (!seeds.Contains(int.MinValue))
        {
            return seeds;
        }

        result.AddError($"--seeds is '{text}': expected whole numbers divided by commas, as 1,2,3.");
        return null;
    }
}
