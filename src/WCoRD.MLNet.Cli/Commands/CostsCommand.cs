using System.CommandLine;
using System.Globalization;
using WCoRD.MLNet.Cli.Benchmarks;
using WCoRD.MLNet.Cli.Output;
using WCoRD.MLNet.Cli.Studies;

namespace WCoRD.MLNet.Cli.Commands;

/// <summary><c>wcord bench costs</c>: what a step costs against batch, rows, negatives, image size and teacher.</summary>
internal static class CostsCommand
{
    private static readonly Option<string> Teacher = new("--teacher-network")
    {
        Description = "The teacher's network, where that is not what is changed.",
        HelpName = "NAME",
        DefaultValueFactory = _ => "resnet56",
    };
    private static readonly Option<string> Student = new("--student")
    {
        Description = "The student's network.",
        HelpName = "NAME",
        DefaultValueFactory = _ => "resnet8",
    };
    private static readonly Option<string> Teachers = new("--teachers")
    {
        Description = "The teachers compared, divided by commas.",
        HelpName = "NAME,NAME,...",
        DefaultValueFactory = _ => "resnet20,resnet56,resnet110,wrn_40_2,resnet32x4",
    };
    private static readonly Option<int?> Steps = NumberOptions.Whole("--steps", "Steps measured of each, after three that warm up. Default: 10.", minimum: 1);
    private static readonly Option<string> Out = new("--out")
    {
        Description = "Folder for costs.csv, costs.md and a curve for each axis.",
        HelpName = "DIR",
        Required = true,
    };
    private static readonly Option<int?> Scale = MakeScale();

    public static Command Create()
    {
        var command = new Command(
            "costs", "Time a WCoRD+KD step against batch, rows, negatives, image size and teacher, with the teacher live and with stored views.")
        {
            Teacher, Student, Teachers, Steps, Out, Scale, CommonOptions.Json,
        };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        string folder = Directory.CreateDirectory(parsed.GetRequiredValue(Out)).FullName;
        var study = new CostStudy(
            parsed.GetRequiredValue(Teacher),
            parsed.GetRequiredValue(Student),
            parsed.GetRequiredValue(Teachers).Split(','),
            parsed.GetValue(Scale) ?? 1,
            parsed.GetValue(Steps) ?? 10);
        List<Cost> costs = [];
        foreach (Cost cost in study.Run())
        {
            Console.Error.WriteLine(Invariant($"{cost.Axis} {cost.Value}: {cost.Live:F1} ms live, {cost.Stored:F1} ms stored"));
            costs.Add(cost);
        }

        Csv.Write(
            Path.Combine(folder, "costs.csv"),
            "axis,value,live_ms,stored_ms,peak_mb,view_mb",
            costs.Select(cost => Invariant(
                $"{cost.Axis},{cost.Value},{cost.Live},{cost.Stored},{cost.PeakMegabytes:F0},{cost.ViewMegabytes:F1}")));
        string table = TableOf(costs);
        File.WriteAllText(Path.Combine(folder, "costs.md"), table);
        foreach (IGrouping<string, Cost> axis in costs.Where(cost => cost.Axis != "teacher").GroupBy(cost => cost.Axis))
        {
            Curves(axis.Key, [.. axis]).Save(Path.Combine(folder, $"costs-{axis.Key.Replace(' ', '-')}.svg"));
        }

        if (parsed.GetValue(CommonOptions.Json))
        {
            JsonOutput.Write(new { Command = "bench costs", Out = folder, Costs = costs });
        }
        else
        {
            Console.Write(table);
        }

        return 0;
    }

    // For tests, whose numbers mean nothing.
    private static Option<int?> MakeScale()
    {
        Option<int?> scale = NumberOptions.Whole("--scale", "Divides rows and negatives. Default: 1.", minimum: 1);
        scale.Hidden = true;
        return scale;
    }

    private static Picture Curves(string axis, IReadOnlyList<Cost> costs)
    {
        return Picture.GrowthCurves(
            $"A step against {axis}",
            axis,
            "ms",
            [new("teacher live", Points(cost => cost.Live)), new("stored views", Points(cost => cost.Stored))]);

        (double X, double Y)[] Points(Func<Cost, double> of) =>
            [.. costs.Select(cost => (double.Parse(cost.Value, CultureInfo.InvariantCulture), of(cost)))];
    }

    private static string TableOf(IEnumerable<Cost> costs)
    {
        var table = new MarkdownTable("", "", "live, ms", "stored views, ms", "peak memory, MB", "a view on the disk, MB");
        foreach (Cost cost in costs)
        {
            table.Add(
                cost.Axis, cost.Value, Invariant($"{cost.Live:F1}"), Invariant($"{cost.Stored:F1}"), Invariant($"{cost.PeakMegabytes:F0}"),
                Invariant($"{cost.ViewMegabytes:F1}"));
        }

        return table.ToString();
    }
}
