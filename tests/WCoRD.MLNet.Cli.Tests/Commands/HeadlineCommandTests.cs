namespace WCoRD.MLNet.Tests;

/// <summary><c>wcord headline</c> on a few made images: what it does with time, not what it trains.</summary>
[TestClass]
public sealed class HeadlineCommandTests
{
    private readonly string _folder = Directory.CreateTempSubdirectory("wcord-test").FullName;

    private string Checkpoints => Path.Combine(_folder, "headline");

    [TestInitialize]
    public void WriteData() => SampleImages.Write(_folder, 100, 20, 1);

    [TestCleanup]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    [TestCategory("Long")]
    public void Headline_OutOfTime_GoesOnWhereItStopped()
    {
        LongTest.Require();
        // One of the two steps at least is done before the time is looked at.
        (int exitCode, string output, string errors) = Headline("--minutes", "0.001");
        Assert.AreEqual(0, exitCode, errors);
        StringAssert.Contains(errors, "The time is up; the same call goes on.");
        StringAssert.Contains(output, "teacher vgg13: not trained yet (published: 74.64 %); 0 of 5 runs are done");
        Assert.IsFalse(File.Exists(Path.Combine(Checkpoints, "vgg13.zip")));

        (exitCode, output, errors) = Headline();
        Assert.AreEqual(0, exitCode, errors);
        StringAssert.Contains(output, "5 of 5 runs are done");
        Assert.AreEqual(output, File.ReadAllText(Path.Combine(Checkpoints, "headline.md")));
        foreach (string row in new[] { "| wcord+kd | 1 |", "| crd | 1 |", "| 74.72 |", "| 73.94 |", "| 72.98 |", "| 70.36 |" })
        {
            StringAssert.Contains(output, row);
        }

        DateTime made = File.GetLastWriteTimeUtc(Path.Combine(Checkpoints, "vgg13-vgg8-kd-1.json"));
        (_, string again, errors) = Headline();
        Assert.AreEqual(output, again);
        Assert.AreEqual(made, File.GetLastWriteTimeUtc(Path.Combine(Checkpoints, "vgg13-vgg8-kd-1.json")), errors);
    }

    [TestMethod]
    public async Task Headline_AnotherPair_NamesThose()
    {
        (int exitCode, _, string errors) = await Tool.RunHereAsync("headline", "resnet56-resnet8", "--data", _folder, "--checkpoints", Checkpoints);
        Assert.AreEqual(1, exitCode);
        StringAssert.Contains(errors, "resnet32x4-resnet8x4");
    }

    private (int ExitCode, string Output, string Errors) Headline(params string[] more) =>
        Tool.Run(["headline", "vgg13-vgg8", "--data", _folder, "--checkpoints", Checkpoints, "--limit", "16", "--batch-size", "8", "--epochs", "1", .. more]);
}
