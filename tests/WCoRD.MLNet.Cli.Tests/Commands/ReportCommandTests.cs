using System.Text.RegularExpressions;

namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed class ReportCommandTests
{
    private static readonly string[] Headings = ["Accuracy", "Model card", "Training", "Gain over the baseline", "Confusion", "Confusion of superclasses", "Mistakes", "Transport", "Features", "Images"];
    private static string _folder = "";

    private static string Page => Path.Combine(_folder, "report.html");

    [ClassInitialize]
    public static async Task TrainAndReport(TestContext context)
    {
        _ = context;
        _folder = Directory.CreateTempSubdirectory("wcord-test").FullName;
        string data = Path.Combine(_folder, "data"), teacher = Path.Combine(_folder, "teacher.zip"), alone = Path.Combine(_folder, "alone.zip"), student = Path.Combine(_folder, "student.zip");
        SampleImages.Write(data, 100, 100, 1);
        await RunAsync("teach", "--data", data, "--network", "resnet8", "--epochs", "1", "--seed", "1", "--out", teacher);
        File.Copy(teacher, alone);
        await RunAsync("distill", "--data", data, "--teacher", teacher, "--student", "resnet8", "--epochs", "1", "--seed", "2", "--out", student);
        await RunAsync("report", "--data", data, "--model", student, "--baseline", alone, "--teacher", teacher, "--out", Page);
    }

    [ClassCleanup]
    public static void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    public void Report_AStudent_HasAllParts()
    {
        string html = File.ReadAllText(Page);
        CollectionAssert.AreEqual(Headings, Regex.Matches(html, "<h2>(.*?)</h2>").Select(match => match.Groups[1].Value).ToArray());
        // Training, gain, two confusions, transport, two feature maps.
        Assert.AreEqual(7, Regex.Count(html, "src=\"data:image/svg"));
        // Images, and the mistakes of the twenty worst classes, which have one row each.
        Assert.AreEqual(24 + 20, Regex.Count(html, "<figure "));
        foreach (string role in new[] { "this model", "baseline", "teacher" })
        {
            StringAssert.Contains(html, $"<td>{role}</td><td>resnet8</td>");
        }
    }

    [TestMethod]
    public void Report_ThePage_HoldsEverythingItShows() =>
        Assert.IsEmpty(Regex.Matches(File.ReadAllText(Page), "(?:src|href)=\"(?!data:)[^\"]*\"").Select(match => match.Value).ToArray());

    [TestMethod]
    [DataRow(1280)]
    [DataRow(500)]
    public void Report_InABrowser_FitsTheWindowAndShowsEveryPicture(int width)
    {
        const string Wide = "document.documentElement.scrollWidth <= window.innerWidth";
        const string Drawn = "[...document.images].filter(image => image.naturalWidth === 32).length";
        const string Pictures = "[...document.images].filter(image => image.naturalWidth > 300 && image.getBoundingClientRect().right <= window.innerWidth).length";
        Assert.AreEqual("true 44 7", Browser.Ask(Page, width, $"`${{{Wide}}} ${{{Drawn}}} ${{{Pictures}}}`"));
    }

    [TestMethod]
    public async Task Report_AModelThatIsNot_SaysSo()
    {
        var (exitCode, _, errors) = await Tool.RunHereAsync("report", "--data", Path.Combine(_folder, "data"), "--model", Path.Combine(_folder, "none.zip"), "--out", Path.Combine(_folder, "other.html"));
        Assert.AreEqual(1, exitCode);
        StringAssert.Contains(errors, "none.zip");
        Assert.IsFalse(File.Exists(Path.Combine(_folder, "other.html")));
    }

    private static async Task RunAsync(params string[] arguments)
    {
        var (exitCode, _, errors) = await Tool.RunHereAsync(arguments);
        Assert.AreEqual(0, exitCode, errors);
    }
}
