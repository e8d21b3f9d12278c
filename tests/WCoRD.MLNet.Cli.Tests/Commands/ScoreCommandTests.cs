using System.Diagnostics;

namespace WCoRD.MLNet.Tests;

/// <summary><c>wcord score</c> of rows, as a whole and in parts.</summary>
[TestClass]
public sealed class ScoreCommandTests
{
    private static TemporaryFolder _folder = null!;

    private static string Model => _folder.File("model.zip");

    [ClassInitialize]
    public static async Task Train(TestContext context)
    {
        _ = context;
        _folder = new TemporaryFolder();
        _folder.WriteRecords(200);
        _folder.WriteRecords(110, "test.bin");
        (int code, _, string errors) = await Tool.RunHereAsync(
            "teach", "--data", _folder.Path, "--network", "resnet8", "--epochs", "1", "--seed", "1", "--out", Model);
        Assert.AreEqual(0, code, errors);
    }

    [ClassCleanup]
    public static void RemoveFolder() => _folder.Dispose();

    [TestMethod]
    [DataRow(1)]
    [DataRow(3)]
    [DataRow(7)]
    [DataRow(12)]
    public async Task Score_PartsOfRows_TogetherAreTheWhole(int parts)
    {
        const int Rows = 10;
        string[][] whole = await ScoreAsync("--limit", Invariant($"{Rows}"));
        var found = new List<string[][]>();
        for (int part = 1; part <= parts; part++)
        {
            found.Add(await ScoreAsync("--limit", Invariant($"{Rows}"), "--part", Invariant($"{part}/{parts}")));
        }

        Assert.IsTrue(found.All(part => part.Length == Rows / parts || part.Length == (Rows + parts - 1) / parts));

        string[][] together = [.. found.SelectMany(part => part)];
        // The rows are numbered through, and row i is of class i.
        CollectionAssert.AreEqual(Enumerable.Range(0, Rows).Select(row => Invariant($"{row}")).ToArray(), together.Select(row => row[0]).ToArray());
        CollectionAssert.AreEqual(
            new[] { "apple", "aquarium_fish", "baby", "bear", "beaver", "bed", "bee", "beetle", "bicycle", "bottle" }, together.Select(row => row[1]).ToArray());
        foreach ((string[] expected, string[] row) in whole.Zip(together))
        {
            Assert.AreEqual(expected[2], row[2]);
            Assert.AreEqual(Number(expected[3]), Number(row[3]), 1e-5);
        }
    }

    [TestMethod]
    public async Task Score_PartOfAllRows_IsItsRange()
    {
        string[][] part = await ScoreAsync("--part", "11/11");
        CollectionAssert.AreEqual(Enumerable.Range(100, 10).Select(row => Invariant($"{row}")).ToArray(), part.Select(row => row[0]).ToArray());
    }

    [TestMethod]
    [DataRow("0/4")]
    [DataRow("5/4")]
    [DataRow("3/0")]
    [DataRow("second")]
    public async Task Score_NoPart_IsRefused(string part)
    {
        (int code, _, string errors) = await Tool.RunHereAsync("score", "--model", Model, "--data", _folder.Path, "--part", part);
        Assert.AreEqual(1, code);
        StringAssert.StartsWith(errors, $"wcord score: --part is '{part}': expected I/N with I from 1 to N, as 2/16 for the second of sixteen parts.");
    }

    [TestMethod]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
    public void Score_Terminated_Stops()
    {
        string many = _folder.WriteRecords(100_000, "many.bin"), scores = _folder.File("many.csv");
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "wcord.dll"), "score", "--model", Model, "--data", many, "--out", scores]) { RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        var clock = Stopwatch.StartNew();
        while (!process.HasExited && (!File.Exists(scores) || new FileInfo(scores).Length == 0))
        {
            Assert.IsLessThan(60, clock.Elapsed.TotalSeconds, "Nothing is scored.");
            Thread.Sleep(10);
        }

        Assert.AreEqual(0, ChildProcess.Run("kill", "-TERM", Invariant($"{process.Id}")).ExitCode);
        process.WaitForExit();
        Assert.AreEqual(130, process.ExitCode);
        Assert.AreEqual("wcord score: stopped.", errors.Result.TrimEnd());
    }

    private static async Task<string[][]> ScoreAsync(params string[] options)
    {
        string csv = _folder.File($"scores-{Guid.NewGuid():N}.csv");
        (int code, _, string errors) = await Tool.RunHereAsync(["score", "--model", Model, "--data", _folder.Path, .. options, "--out", csv]);
        Assert.AreEqual(0, code, errors);
        string[] lines = await File.ReadAllLinesAsync(csv);
        Assert.AreEqual("row,label,predicted,probability", lines[0]);
        return [.. lines.Skip(1).Select(line => line.Split(','))];
    }

    private static double Number(string text) => double.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
