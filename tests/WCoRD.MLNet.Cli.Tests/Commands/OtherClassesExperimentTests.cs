using System.Text.Json;

namespace WCoRD.MLNet.Tests;

/// <summary>The experiments with a teacher of other classes, in small, as a user starts them.</summary>
[TestClass]
public sealed class OtherClassesExperimentTests
{
    private readonly string _folder = Directory.CreateTempSubdirectory("wcord-test").FullName;

    [TestCleanup]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    [TestCategory("Long")]
    public void Experiment_CoarseClasses_MeasuresEveryStudent()
    {
        LongTest.Require();
        SampleImages.Write(_folder, 200, 100, 1);
        CheckRows("20 coarse classes", 100, "coarse-classes", "--limit", "100");
    }

    [TestMethod]
    [TestCategory("Long")]
    public void Experiment_CalledAgain_TakesWhatIsThereAndRefusesAnother()
    {
        LongTest.Require();
        SampleImages.Write(_folder, 200, 100, 1);
        string kept = Path.Combine(_folder, "kept");
        CheckRows("20 coarse classes", 100, "coarse-classes", "--limit", "100", "--out", kept);
        string[] files = Directory.GetFileSystemEntries(kept);
        CollectionAssert.AreEquivalent(
            new[] { "20-coarse-classes-alone-1.json", "20-coarse-classes-FitNet-1.json", "20-coarse-classes-WCoRD-1.json" },
            files.Select(file => Path.GetFileName(file)).ToArray());
        foreach (string file in files)
        {
            File.WriteAllText(file, System.Text.RegularExpressions.Regex.Replace(File.ReadAllText(file), "\"Top1\": [0-9.]+", "\"Top1\": 12.5"));
        }

        string weights = Path.Combine(_folder, "resnet8.safetensors");
        string[] again = ["experiment", "coarse-classes", "--limit", "100", "--out", kept, "--data", _folder, "--teacher", weights, "--json"];
        (int exitCode, string output, string errors) = Tool.Run([.. again, "--epochs", "1"]);
        Assert.AreEqual(0, exitCode, errors);
        Assert.AreEqual(3, output.Split("\"top1\":12.5").Length - 1, output);
        (exitCode, _, errors) = Tool.Run([.. again, "--epochs", "2"]);
        Assert.AreEqual(1, exitCode);
        StringAssert.Contains(errors, "is of another experiment (coarse-classes, resnet8, 1 epochs");
    }

    [TestMethod]
    [TestCategory("Long")]
    public void Experiment_UnrelatedClasses_MeasuresEveryStudent()
    {
        LongTest.Require();
        MadeDigits.Write(_folder);
        CheckRows("10 digits", 2000, "unrelated-classes");
    }

    private void CheckRows(string sees, int testRows, params string[] experiment)
    {
        string weights = Path.Combine(_folder, "resnet8.safetensors");
        using (FeatureNetwork network = NetworkCatalog.Create("resnet8", 100))
        {
            File.WriteAllBytes(weights, NetworkWeights.Save(network));
        }

        (int exitCode, string output, string errors) = Tool.Run(["experiment", .. experiment, "--data", _folder, "--teacher", weights, "--epochs", "1", "--json"]);
        Assert.AreEqual(0, exitCode, errors);
        JsonElement[] rows = [.. JsonDocument.Parse(output).RootElement.GetProperty("rows").EnumerateArray()];
        Assert.AreEqual($"{sees}/alone {sees}/WCoRD {sees}/FitNet", string.Join(' ', rows.Select(row => $"{row.GetProperty("sees")}/{row.GetProperty("method")}")));
        Assert.IsTrue(rows.All(row => row.GetProperty("runs")[0].GetProperty("count").GetInt32() == testRows));
    }
}
