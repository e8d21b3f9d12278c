using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using WCoRD.MLNet.Cli.Studies;

namespace WCoRD.MLNet.Cli.Benchmarks;

/// <summary>Measures what a step costs, one setting changed at a time, each in a process of its own, whose memory is its own.</summary>
/// <param name="teacher">The teacher's network, where that is not what is changed.</param>
/// <param name="student">The student's.</param>
/// <param name="teachers">The teachers compared.</param>
/// <param name="scale">Divides rows and negatives: 1 where the numbers are to mean something.</param>
/// <param name="steps">Steps measured of each.</param>
internal sealed class CostStudy(string teacher, string student, string[] teachers, int scale, int steps)
{
    private const double MB = 1e6;
    private static readonly int[] Batches = [16, 64, 256];
    private static readonly int[] Rows = [20_000, 50_000, 200_000, 500_000];
    private static readonly int[] Negatives = [1024, 4096, 16_384, 40_000];
    private static readonly int[] Sides = [32, 48, 64];

    /// <summary>The axes that a curve can be drawn along: name, option and values.</summary>
    private (string Axis, string Option, int[] Values)[] Axes =>
    [
        ("batch", "--batch-size", Batches),
        ("rows N", "--rows", Array.ConvertAll(Rows, rows => rows / scale)),
        ("negatives K", "--negatives", Array.ConvertAll(Negatives, negatives => negatives / scale)),
        ("image side", "--image-size", Sides),
    ];

    /// <summary>Measures everything, and tells each result.</summary>
    public IEnumerable<Cost> Run()
    {
        foreach ((string axis, string option, int[] values) in Axes)
        {
            foreach (int value in values)
            {
                yield return Measure(axis, value.ToString(CultureInfo.InvariantCulture), teacher, option);
            }
        }

        foreach (string network in teachers)
        {
            yield return Measure("teacher", network, network, option: null);
        }
    }

    private Cost Measure(string axis, string value, string network, string? option)
    {
        string[] changed = option is null ? [] : [option, value];
        string rows = option == "--rows" ? value : Invariant($"{50_000 / scale}"), negatives = Invariant($"{16_384 / scale}");
        JsonElement found = Start(
        [
            "bench", "step", "--teacher-network", network, "--student", student, "--stored-views", "--no-plain", "--json",
            "--steps", Invariant($"{steps}"),
            .. changed,
            .. option == "--rows" ? [] : new[] { "--rows", rows },
            .. option == "--negatives" ? [] : new[] { "--negatives", negatives },
        ]);
        using FeatureNetwork created = NetworkCatalog.Create(network, RandomImages.Classes);
        double view = 2.0 * int.Parse(rows, CultureInfo.InvariantCulture) * (created.FeatureSize + RandomImages.Classes);
        return new Cost(
            axis,
            value,
            found.GetProperty("float32").GetProperty("step").GetDouble(),
            found.GetProperty("storedFloat32").GetProperty("step").GetDouble(),
            found.GetProperty("peakMegabytes").GetDouble(),
            view / MB);
    }

    private static JsonElement Start(string[] arguments)
    {
        ProcessStartInfo start = RunProcess.Start(arguments);
        start.RedirectStandardOutput = true;
        using Process process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? JsonDocument.Parse(output).RootElement
            : throw new CommandException(
                Invariant($"'wcord {string.Join(' ', arguments)}' ended with exit code {process.ExitCode}; its message stands above."));
    }
}
