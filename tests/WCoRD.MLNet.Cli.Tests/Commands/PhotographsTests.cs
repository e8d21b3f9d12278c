using System.Text.Json;
using System.Text.RegularExpressions;

namespace WCoRD.MLNet.Tests;

/// <summary>The way of a user with a folder of photographs.</summary>
[TestClass]
public sealed class PhotographsTests
{
    private const int Each = 12;

    private static TemporaryFolder _folder = null!;

    private static string Photos => _folder.File("photos");

    private static string Teacher => _folder.File("teacher.zip");

    private static string Student => _folder.File("student.zip");

    [ClassInitialize]
    public static async Task Train(TestContext context)
    {
        _ = context;
        _folder = new TemporaryFolder();
        MadePhotographs.Write(Photos, Each);

        // The teacher sees the photographs larger than the student.
        await RunAsync("teach", "--data", Photos, "--image-size", "32", "--network", "resnet8", "--epochs", "3", "--batch-size", "8", "--seed", "1", "--out", Teacher);
        await RunAsync("distill", "--data", Photos, "--image-size", "16", "--teacher", Teacher, "--student", "resnet8", "--epochs", "3", "--batch-size", "8", "--seed", "1", "--out", Student);
    }

    [ClassCleanup]
    public static void RemoveFolder() => _folder.Dispose();

    [TestMethod]
    public async Task Distill_TeacherOfLargerPhotographs_LearnsAndIsEvaluatedOnTheTestFolder()
    {
        JsonElement measured = await JsonAsync("evaluate", "--model", Student, "--data", Photos, "--json");
        Assert.AreEqual(3 * Each, measured.GetProperty("count").GetInt32());
        Assert.IsGreaterThan(60, measured.GetProperty("top1").GetDouble());
        // A test folder of its own, with fewer classes than were learned.
        string some = _folder.File("some");
        CopyClass("red", some);
        JsonElement ofOne = await JsonAsync("evaluate", "--model", Student, "--data", some, "--json");
        Assert.AreEqual(Each, ofOne.GetProperty("count").GetInt32());
        Assert.IsGreaterThan(60, ofOne.GetProperty("top1").GetDouble());
    }

    [TestMethod]
    public async Task Distill_FromTheTerminal_SaysWhatWasReadAndHowFast()
    {
        (int code, string output, string errors) = await Tool.RunHereAsync(
            "teach", "--data", Photos, "--image-size", "16", "--network", "resnet8", "--epochs", "1", "--limit", "9", "--seed", "1", "--out", _folder.File("few.zip"));
        Assert.AreEqual(0, code, errors);
        StringAssert.Matches(output, new Regex("resnet8: read 9 of 9 images, [0-9]+ images/s"));
        StringAssert.Contains(errors, $"36 images of 3 classes in '{Path.Combine(Photos, "train")}'");
    }

    [TestMethod]
    public async Task Score_FilesAndFolders_PrintsPathClassAndProbability()
    {
        string photo = Path.Combine(Photos, "test", "red", "0.jpg");
        (int code, string output, _) = await Tool.RunHereAsync("score", "--model", Student, photo);
        Assert.AreEqual(0, code);
        StringAssert.Matches(output, new Regex(@"^ *[0-9]+\.[0-9]{2} %  (blue|green, dark|red) +" + Regex.Escape(photo)));

        string csv = _folder.File("scores.csv");
        JsonElement written = await JsonAsync("score", "--model", Student, photo, Path.Combine(Photos, "test"), "--out", csv, "--json");
        Assert.AreEqual(1 + (3 * Each), written.GetProperty("count").GetInt32());
        string[] lines = File.ReadAllLines(csv);
        Assert.AreEqual("path,class,probability", lines[0]);
        Assert.HasCount(2 + (3 * Each), lines);
        Assert.IsTrue(lines.Skip(1).All(line => line.Contains(Photos, StringComparison.Ordinal)));

        // The tool's rows with labels, and its photographs, are scored alike.
        JsonElement rows = (await JsonAsync("score", "--model", Student, "--data", Photos, "--json")).GetProperty("predictions");
        JsonElement photos = (await JsonAsync("score", "--model", Student, Path.Combine(Photos, "test"), "--json")).GetProperty("predictions");
        CollectionAssert.AreEqual(
            rows.EnumerateArray().Select(row => row.GetProperty("predicted").GetString()).ToArray(),
            photos.EnumerateArray().Select(row => row.GetProperty("class").GetString()).ToArray());
    }

    [TestMethod]
    [DataRow(2)]
    [DataRow(5)]
    public async Task Score_PartsOfPhotographs_TogetherAreTheWhole(int parts)
    {
        string photos = Path.Combine(Photos, "test");
        // Sorted by path: the order of the folder's list in no matter which system.
        string[] expected = [.. Directory.GetFiles(photos, "*.jpg", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];
        JsonElement[] whole = await PredictionsAsync(photos);
        var files = new List<JsonElement>();
        var rows = new List<JsonElement>();
        for (int part = 1; part <= parts; part++)
        {
            string which = Invariant($"{part}/{parts}");
            JsonElement[] some = await PredictionsAsync(photos, "--part", which);
            Assert.IsTrue(some.Length == expected.Length / parts || some.Length == (expected.Length / parts) + 1);
            files.AddRange(some);
            rows.AddRange(await PredictionsAsync("--data", Photos, "--part", which));
        }

        CollectionAssert.AreEqual(expected, files.Select(photo => photo.GetProperty("path").GetString()).ToArray());
        CollectionAssert.AreEqual(Enumerable.Range(0, expected.Length).ToArray(), rows.Select(row => row.GetProperty("row").GetInt32()).ToArray());
        string?[] classes = [.. whole.Select(photo => photo.GetProperty("class").GetString())];
        CollectionAssert.AreEqual(classes, files.Select(photo => photo.GetProperty("class").GetString()).ToArray());
        CollectionAssert.AreEqual(classes, rows.Select(row => row.GetProperty("predicted").GetString()).ToArray());
    }

    [TestMethod]
    public async Task Score_DamagedPhotographOfAnotherPart_IsNotDecoded()
    {
        string folder = _folder.File("damaged");
        CopyClass("blue", folder);
        CopyClass("red", folder);
        // Its first bytes are those of a photograph; that the rest is missing only decoding tells.
        string cut = Path.Combine(folder, "red", "0.jpg");
        File.WriteAllBytes(cut, File.ReadAllBytes(cut)[..^200]);
        (int code, _, string errors) = await Tool.RunHereAsync("score", "--model", Student, "--data", folder, "--part", "1/2");
        Assert.AreEqual(0, code, errors);
        (code, _, errors) = await Tool.RunHereAsync("score", "--model", Student, "--data", folder, "--part", "2/2");
        Assert.AreEqual(1, code);
        StringAssert.Contains(errors, $"'{cut}'");
    }

    [TestMethod]
    public async Task Score_DamagedAndAbsentFiles_AreToldAndTheOthersScored()
    {
        string folder = _folder.File("mixed");
        CopyClass("red", folder);
        string cut = Path.Combine(folder, "red", "cut.jpg"), gone = _folder.File("gone.jpg");
        File.WriteAllBytes(cut, File.ReadAllBytes(Path.Combine(folder, "red", "0.jpg"))[..100]);
        File.WriteAllText(Path.Combine(folder, "notes.txt"), "about roses");
        (int code, string output, string errors) = await Tool.RunHereAsync("score", "--model", Student, folder, gone, "--json");
        Assert.AreEqual(1, code);
        Assert.AreEqual(Each, JsonDocument.Parse(output).RootElement.GetProperty("count").GetInt32());
        string[] told = errors.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.HasCount(2, told);
        StringAssert.StartsWith(told[0], $"wcord score: '{cut}' is damaged");
        StringAssert.StartsWith(told[1], $"wcord score: The image '{gone}' cannot be read");
    }

    [TestMethod]
    public async Task Score_NothingOrBoth_IsRefused()
    {
        foreach (string[] more in (string[][])[[], ["--data", Photos, "photo.jpg"]])
        {
            (int code, _, string errors) = await Tool.RunHereAsync(["score", "--model", Student, .. more]);
            Assert.AreEqual(1, code);
            StringAssert.Contains(errors, "expected what to score: either photographs, as 'score --model M.zip PHOTO.jpg', or rows by --data DIR.");
        }
    }

    [TestMethod]
    public async Task DataInfo_Photographs_ListsClassesSizesAndWhatIsWrong()
    {
        string folder = _folder.File("info");
        CopyClass("red", folder);
        CopyClass("blue", folder);
        File.WriteAllBytes(Path.Combine(folder, "red", "cut.jpg"), File.ReadAllBytes(Path.Combine(folder, "red", "0.jpg"))[..100]);
        File.Copy(Path.Combine(folder, "red", "1.jpg"), Path.Combine(folder, "blue", "same.jpg"));
        (int code, string output, string errors) = await Tool.RunHereAsync("data", "info", folder);
        Assert.AreEqual(0, code, errors);
        foreach (string expected in (string[])
        [
            "all: 25 images of 2 classes, 40 x 50 to 40 x 50 pixels (height x width)",
            "      13  blue",
            "      12  red",
            $"   damaged: '{Path.Combine(folder, "red", "cut.jpg")}' cannot be decoded",
            $"  the same: '{Path.Combine(folder, "blue", "same.jpg")}', '{Path.Combine(folder, "red", "1.jpg")}'",
        ])
        {
            StringAssert.Contains(output, expected);
        }

        JsonElement parts = (await JsonAsync("data", "info", Photos, "--json")).GetProperty("parts");
        CollectionAssert.AreEqual(new[] { "train", "test" }, parts.EnumerateArray().Select(part => part.GetProperty("name").GetString()).ToArray());
        Assert.AreEqual(Each, parts[0].GetProperty("report").GetProperty("classCounts").GetProperty("green, dark").GetInt32());
    }

    [TestMethod]
    public async Task Report_Photographs_ShowsMistakesByClass()
    {
        string page = _folder.File("report.html");
        // Learns nothing in one epoch at this rate, so that there are mistakes to show.
        string bad = _folder.File("bad.zip");
        await RunAsync("teach", "--data", Photos, "--image-size", "16", "--network", "resnet8", "--epochs", "1", "--learning-rate", "0.000001", "--seed", "1", "--out", bad);
        await RunAsync("report", "--data", Photos, "--model", bad, "--teacher", Teacher, "--out", page);
        string html = File.ReadAllText(page);
        StringAssert.Contains(html, "<h2>Mistakes</h2>");
        StringAssert.Matches(html, new Regex("<h3>(blue|green, dark|red): [0-9]+ wrong</h3>"));
    }

    [TestMethod]
    [TestCategory("Long")]
    public async Task Compare_Photographs_MakesTableAndModelsThatScoreThem()
    {
        LongTest.Require();
        string study = _folder.File("study");
        (int code, string output, string errors) = Tool.Run(
            "compare", "--data", Photos, "--image-size", "16", "--pairs", $"{Student}:resnet8", "--methods", "none,kd", "--epochs", "1", "--batch-size", "8", "--out", study);
        Assert.AreEqual(0, code, errors);
        StringAssert.Contains(output, "| kd |");
        JsonElement measured = await JsonAsync("evaluate", "--model", Directory.GetFiles(study, "*-kd-1.zip").Single(), "--data", Photos, "--json");
        Assert.AreEqual(3 * Each, measured.GetProperty("count").GetInt32());
    }

    [TestMethod]
    public async Task Data_FolderWithoutTheAskedPartOrWithForeignClasses_IsRefused()
    {
        string folder = _folder.File("parts");
        CopyClass("red", Path.Combine(folder, "train"));
        CopyClass("blue", Path.Combine(folder, "train"));
        (int code, _, string errors) = await Tool.RunHereAsync("evaluate", "--model", Student, "--data", folder);
        Assert.AreEqual(1, code);
        StringAssert.Contains(errors, $"'{folder}' has no folder '{Path.Combine(folder, "test")}': expected the test photographs there");

        string foreign = _folder.File("foreign");
        Directory.CreateDirectory(Path.Combine(foreign, "violet"));
        File.Copy(Path.Combine(folder, "train", "red", "0.jpg"), Path.Combine(foreign, "violet", "0.jpg"));
        (_, _, errors) = await Tool.RunHereAsync("evaluate", "--model", Student, "--data", foreign);
        StringAssert.Contains(errors, "has folders that are none of the ClassNames: 'violet'");

        (_, _, errors) = await Tool.RunHereAsync("evaluate", "--model", Student, "--data", _folder.WriteRecords(3), "--image-size", "16");
        StringAssert.Contains(errors, "--image-size has no meaning for");
    }

    private static void CopyClass(string name, string to)
    {
        Directory.CreateDirectory(Path.Combine(to, name));
        foreach (string file in Directory.GetFiles(Path.Combine(Photos, "test", name)))
        {
            File.Copy(file, Path.Combine(to, name, Path.GetFileName(file)), overwrite: true);
        }
    }

    private static async Task RunAsync(params string[] arguments)
    {
        (int code, _, string errors) = await Tool.RunHereAsync(arguments);
        Assert.AreEqual(0, code, errors);
    }

    private static async Task<JsonElement[]> PredictionsAsync(params string[] options) =>
        [.. (await JsonAsync(["score", "--model", Student, .. options, "--json"])).GetProperty("predictions").EnumerateArray()];

    private static async Task<JsonElement> JsonAsync(params string[] arguments)
    {
        (int code, string output, string errors) = await Tool.RunHereAsync(arguments);
        Assert.AreEqual(0, code, errors);
        return JsonDocument.Parse(output).RootElement;
    }
}
