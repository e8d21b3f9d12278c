using System.Text.Json;

namespace WCoRD.MLNet.Tests;

/// <summary>The experiments of docs/results.md, in small.</summary>
[TestClass]
public sealed class ExperimentTests
{
    private readonly string _folder = Directory.CreateTempSubdirectory("wcord-test").FullName;

    [TestCleanup]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    [TestCategory("Long")]
    [DataRow("modalities", "rgb/teacher (resnet8) luminance/alone luminance/KD luminance/WCoRD+KD chrominance/alone chrominance/KD chrominance/WCoRD+KD")]
    [DataRow("resolution", "rgb/teacher (resnet8) rgb16/alone rgb16/KD rgb16/WCoRD+KD rgb8/alone rgb8/KD rgb8/WCoRD+KD")]
    [DataRow(
        "no-labels",
        "rgb/teacher (resnet8) luminance/alone, 10 % of the labels luminance/KD without labels, probe on 10 % luminance/WCoRD without labels, probe on 10 % luminance/WCoRD+KD without labels, probe on 10 % "
        + "chrominance/alone, 10 % of the labels chrominance/KD without labels, probe on 10 % chrominance/WCoRD without labels, probe on 10 % chrominance/WCoRD+KD without labels, probe on 10 %")]
    public async Task Experiment_OnPictures_MeasuresEveryStudent(string experiment, string expected)
    {
        LongTest.Require();
        LongTest.RequireUnless(experiment == "modalities");
        SampleImages.Write(_folder, 200, 100, 1);
        string weights = Path.Combine(_folder, "resnet8.safetensors");
        using (FeatureNetwork network = NetworkCatalog.Create("resnet8", 100))
        {
            File.WriteAllBytes(weights, NetworkWeights.Save(network));
        }

        (int exitCode, string output, string errors) = await Tool.RunHereAsync("experiment", experiment, "--data", _folder, "--teacher", weights, "--limit", "100", "--epochs", "1", "--json");
        Assert.AreEqual(0, exitCode, errors);
        AssertRows(expected, output, testRows: 100);
    }

    [TestMethod]
    [TestCategory("Long")]
    public void Experiment_Digits_MeasuresBothDirections()
    {
        LongTest.Require();
        // Small files of the same layout: each class has a brightness of its own.
        byte[] sounds = [.. Enumerable.Range(0, 60).SelectMany(i => (byte[])[(byte)(i % 10), 0, (byte)(i < 20 ? 0 : 5), (byte)(i < 20 ? 1 : 0), .. Enumerable.Repeat((byte)(25 * (i % 10)), 32 * 32)])];
        File.WriteAllBytes(Path.Combine(_folder, "fsdd_logmel32.bin"), sounds);
        MadeDigits.Write(_folder);
        (int exitCode, string output, string errors) = Tool.Run("experiment", "digits", "--data", _folder, "--epochs", "1", "--json");
        Assert.AreEqual(0, exitCode, errors);
        AssertRows("pictures/teacher (resnet20) sounds/alone sounds/KD sounds/WCoRD+KD sounds/teacher (resnet20) pictures/alone pictures/KD pictures/WCoRD+KD", output);
    }

    private static void AssertRows(string expected, string output, int? testRows = null)
    {
        JsonElement[] rows = [.. JsonDocument.Parse(output).RootElement.GetProperty("rows").EnumerateArray()];
        Assert.AreEqual(expected, string.Join(' ', rows.Select(row => $"{row.GetProperty("sees")}/{row.GetProperty("method")}")));
        foreach (JsonElement run in rows.Select(row => row.GetProperty("runs")[0]))
        {
            Assert.IsTrue(run.GetProperty("top1").GetDouble() is >= 0 and <= 100);
            Assert.AreEqual(testRows ?? run.GetProperty("count").GetInt32(), run.GetProperty("count").GetInt32());
        }
    }
}
