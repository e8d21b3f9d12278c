using System.Text.Json;

namespace WCoRD.MLNet.Tests;

/// <summary><c>wcord views</c>, and the commands that read what it made.</summary>
[TestClass]
public sealed class ViewsCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public ViewsCommandTests()
    {
        SampleImages.Write(_folder.Path, 200, 100, 1);
        using FeatureNetwork network = NetworkCatalog.Create("resnet8", 100);
        File.WriteAllBytes(Teacher, NetworkWeights.Save(network));
    }

    private string Teacher => _folder.File("my_resnet8.safetensors");

    private string Views => _folder.File("views");

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    // What decides over views, and what does not.
    [DataRow("")]
    [DataRow("--augmentation randomresizedcrop --color-jitter 0.3 --teacher-views own")]
    [DataRow("--modalities rgb:luminance --limit 100")]
    public async Task Views_MadeAhead_AreReadByDistillWhateverItsMethodAndSeed(string views)
    {
        LongTest.RequireUnless(views == "");
        string[] common = ["--teacher", Teacher, "--data", _folder.Path, "--stored-views", "2", "--views", Views, .. views.Split(' ', StringSplitOptions.RemoveEmptyEntries)];
        (int exitCode, string output, string errors) = await Tool.RunHereAsync(["views", .. common]);
        Assert.AreEqual(0, exitCode, errors);
        StringAssert.Contains(output, "views: view 2 of 2 is stored: the teacher saw ");
        StringAssert.Contains(output, $"2 views are in {Views} (");

        foreach (string[] method in (string[][])[["--method", "kd", "--seed", "1"], ["--method", "wcord", "--no-labels", "--seed", "2", "--batch-size", "20"]])
        {
            (exitCode, output, errors) = await Tool.RunHereAsync(["distill", .. common, .. method, "--student", "resnet8", "--epochs", "2", "--out", _folder.File("m.zip")]);
            Assert.AreEqual(0, exitCode, errors);
            Assert.IsFalse(output.Contains("is stored", StringComparison.Ordinal), output);
        }

        Assert.HasCount(2, Directory.GetFiles(Views));
    }

    [TestMethod]
    public async Task Compare_StoredViews_AreSharedByItsRunsAndNamedInItsSettings()
    {
        string[] compare = ["compare", "--data", _folder.Path, "--pairs", $"{Teacher}:resnet8", "--methods", "kd,wcord", "--epochs", "2", "--limit", "100", "--out", _folder.File("out")];
        (int exitCode, string output, string errors) = Tool.Run([.. compare, "--stored-views", "2", "--at-once", "2", "--json"]);
        Assert.AreEqual(0, exitCode, errors);
        Assert.HasCount(2, Directory.GetFiles(_folder.File("out/views")));
        foreach (JsonElement run in JsonDocument.Parse(output).RootElement.GetProperty("runs").EnumerateArray())
        {
            StringAssert.Contains(run.GetProperty("settings").GetString(), ", 2 stored views");
        }

        // A result with other views is another one; how many views are enough is known of crops alone.
        foreach ((string recipe, string expected) in ((string, string)[])[("", ", 8 stored views"), ("--stored-views 0", ""), ("--mixup 0.2", ", mixup 0.2"), ("--color-jitter 0.2", ", jitter 0.2")])
        {
            (exitCode, _, errors) = await Tool.RunHereAsync([.. compare, .. recipe.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);
            Assert.AreEqual(1, exitCode);
            StringAssert.Contains(errors, "is of another comparison");
            StringAssert.Contains(errors, $"rows 100, teacher in Float32{expected}): name another folder");
        }
    }

    [TestMethod]
    [DataRow("views --teacher x.zip --data D --stored-views 2", "--stored-views or --views is missing")]
    [DataRow("views --teacher x.zip --data D --views V", "--views keeps the views of --stored-views N: give their number")]
    [DataRow("views --data D --stored-views 2 --views V", "--teacher is missing")]
    [DataRow("distill --method kd --teacher x.zip --data D --views V --out m.zip", "--views keeps the views of --stored-views N: give their number")]
    [DataRow("distill --method kd --teacher x.zip --data D --stored-views 2 --mixup 0.2 --out m.zip", "StoredViews is 2: expected 0 with MixUp")]
    [DataRow("distill --method none --data D --stored-views 2 --out m.zip", "--stored-views has no meaning with --method none")]
    public async Task StoredViews_WithoutMeaning_AreRefused(string arguments, string expected)
    {
        (int exitCode, _, string errors) = await Tool.RunHereAsync(arguments.Split(' '));
        Assert.AreEqual(1, exitCode);
        StringAssert.Contains(errors, expected);
    }
}
