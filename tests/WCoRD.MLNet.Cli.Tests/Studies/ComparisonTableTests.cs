using WCoRD.MLNet.Cli.Studies;

namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed class ComparisonTableTests
{
    private static readonly RunResult[] Results =
    [
        Result("none", 1, [10, 30.5], 120, 1500.5),
        Result("kd", 1, [20, 42, 40], 150, 1600),
        Result("kd", 2, [20, 43, 44], 170, 1700),
    ];

    [TestMethod]
    public void Markdown_SeveralSeeds_GivesMeanAndDeviationBestMethodFirst()
    {
        string expected = """
            my_resnet56-resnet20:

            | method | seeds | top-1 %, last epoch | top-1 %, best epoch | top-5 % | ms a step | peak MB |
            |---|---|---|---|---|---|---|
            | kd | 2 | 42.00 +- 2.83 | 43.00 +- 1.41 | 70.00 | 160.0 | 1700 |
            | none | 1 | 30.50 | 30.50 | 70.00 | 120.0 | 1500 |

            """;
        Assert.AreEqual(expected.ReplaceLineEndings("\n"), ComparisonTable.ToMarkdown(Results, besidePaper: false));
    }

    [TestMethod]
    public void Markdown_BesidePaper_AddsThePublishedNumbersOfThePair()
    {
        // RepDistiller's table, resnet56 > resnet20.
        string table = ComparisonTable.ToMarkdown(Results, besidePaper: true);
        StringAssert.Contains(table, "| peak MB | published, 240 epochs |");
        StringAssert.Contains(table, "| 160.0 | 1700 | 70.66 |");
        StringAssert.Contains(table, "| 120.0 | 1500 | 69.06 |");
    }

    [TestMethod]
    [DataRow("teacher_resnet32x4-resnet8x4", "wcord+kd", "76.15")]
    [DataRow("ResNet50-vgg8", "crd", "74.30")]
    [DataRow("wrn_40_2-ShuffleV1", "wcord+kd", "76.68")]
    [DataRow("vgg13-vgg8", "kd_ls", "74.36")]
    [DataRow("wrn_40_2-wrn_40_1", "fsp", "-")]
    [DataRow("ResNet50-vgg8", "fsp", "-")]
    [DataRow("resnet56-resnet20", "dkd", "-")]
    public void Published_MethodOfAPair_IsThatOfThePapersTables(string pair, string method, string expected) =>
        Assert.AreEqual(expected, PublishedNumbers.Of(pair)!.Value(method));

    [TestMethod]
    [DataRow("resnet56-resnet8")]
    [DataRow("mine-resnet20")]
    public void Published_PairOfNoTable_IsNull(string pair) => Assert.IsNull(PublishedNumbers.Of(pair));

    [TestMethod]
    public void Csv_EveryRun_IsOneLine()
    {
        string expected = """
            pair,method,seed,last_top1,best_top1,last_top5,ms_per_step,minutes,peak_mb
            my_resnet56-resnet20,none,1,30.5,30.5,70,120,2.5,1500.5
            my_resnet56-resnet20,kd,1,40,42,70,150,2.5,1600
            my_resnet56-resnet20,kd,2,44,44,70,170,2.5,1700

            """;
        Assert.AreEqual(expected.ReplaceLineEndings("\n"), ComparisonTable.ToCsv(Results));
    }

    [TestMethod]
    public void Picture_EveryMethod_HasALineOfItsMeanAccuracy()
    {
        string path = Path.GetTempFileName();
        AccuracyCurves.Of(Results).Save(path);
        string[] lines = [.. File.ReadAllLines(path).Where(line => line.Contains("stroke-linejoin", StringComparison.Ordinal))];
        File.Delete(path);
        Assert.HasCount(2, lines);

        // kd, the better, first: 20, 42.5 and 42 %; then none, which has two epochs. In SVG y grows downwards.
        double[][] heights = [.. lines.Select(line => line.Split('"')[1].Split(' ').Select(point => double.Parse(point.Split(',')[1], System.Globalization.CultureInfo.InvariantCulture)).ToArray())];
        Assert.HasCount(3, heights[0]);
        Assert.HasCount(2, heights[1]);
        double percent = (heights[0][0] - heights[0][1]) / 22.5;
        Assert.AreEqual(0.5 * percent, heights[0][2] - heights[0][1], 1e-2);
        Assert.AreEqual(10 * percent, heights[1][0] - heights[0][0], 1e-2);
    }

    private static RunResult Result(string method, int seed, double[] accuracy, double milliseconds, double megabytes) =>
        new("settings", method, "my_resnet56-resnet20", seed, accuracy, 70, milliseconds, 2.5, megabytes);
}
