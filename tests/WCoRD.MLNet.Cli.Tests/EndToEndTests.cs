using System.Text.Json;

namespace WCoRD.MLNet.Tests;

/// <summary>The way a user goes, in processes of their own: made data, teacher, student, accuracy, predictions.</summary>
[TestClass]
public sealed class EndToEndTests
{
    private readonly string _folder = Directory.CreateTempSubdirectory("wcord-test").FullName;

    [TestCleanup]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    public void Tool_SampleTeachDistillEvaluateScore_WorkTogether()
    {
        string data = Path.Combine(_folder, "data");
        string teacher = Path.Combine(_folder, "teacher.zip");
        string student = Path.Combine(_folder, "student.zip");
        string csv = Path.Combine(_folder, "scores.csv");

        Assert.AreEqual(150, Json("data", "sample", "--out", data, "--train", "150", "--test", "100", "--seed", "3", "--json").GetProperty("train").GetInt32());

        JsonElement info = Json("data", "info", "--data", data, "--json");
        CollectionAssert.AreEqual(new[] { 150, 100 }, info.GetProperty("parts").EnumerateArray().Select(part => part.GetProperty("rows").GetInt32()).ToArray());

        JsonElement taught = Json("teach", "--data", data, "--network", "resnet8", "--epochs", "1", "--seed", "3", "--out", teacher, "--json");
        Assert.AreEqual(3, taught.GetProperty("seed").GetInt32());
        Assert.AreEqual(1, taught.GetProperty("epochs").GetArrayLength());

        JsonElement distilled = Json(
            "distill", "--data", data, "--student", "resnet8", "--teacher", teacher, "--soft-target-weight", "1", "--limit", "100", "--epochs", "1", "--seed", "3", "--out", student, "--json");
        string[] parts = [.. distilled.GetProperty("epochs")[0].GetProperty("parts").EnumerateObject().Select(part => part.Name)];
        CollectionAssert.IsSubsetOf(new[] { "ce", "gckt", "lckt", "kd" }, parts);

        JsonElement accuracy = Json("evaluate", "--model", student, "--data", data, "--json");
        Assert.AreEqual(100, accuracy.GetProperty("count").GetInt32());
        Assert.IsGreaterThanOrEqualTo(accuracy.GetProperty("top1").GetDouble(), accuracy.GetProperty("top5").GetDouble());

        Assert.AreEqual(100, Json("score", "--model", student, "--data", data, "--out", csv, "--json").GetProperty("count").GetInt32());
        string[] lines = File.ReadAllLines(csv);
        Assert.HasCount(101, lines);
        Assert.AreEqual("row,label,predicted,probability", lines[0]);
        int right = lines.Skip(1).Select(line => line.Split(',')).Count(fields => fields[1] == fields[2]);
        Assert.AreEqual(right, accuracy.GetProperty("top1").GetDouble(), 1e-9, "evaluate and score must agree: 100 rows, so percent is count");
    }

    [TestMethod]
    public void Tool_OtherDistiller_TrainsWithIt()
    {
        SampleImages.Write(_folder, 100, 100, 1);
        string teacher = Path.Combine(_folder, "resnet8.safetensors");
        using (FeatureNetwork network = NetworkCatalog.Create("resnet8", 100))
        {
            File.WriteAllBytes(teacher, NetworkWeights.Save(network));
        }

        JsonElement report = Json("distill", "--data", _folder, "--student", "resnet8", "--teacher", teacher, "--method", "sp", "--method-weight", "5", "--soft-target-weight", "1", "--epochs", "1", "--out", Path.Combine(_folder, "s.zip"), "--json");
        Assert.AreEqual("sp", report.GetProperty("method").GetString());
        CollectionAssert.AreEqual(new[] { "ce", "sp", "kd" }, report.GetProperty("epochs")[0].GetProperty("parts").EnumerateObject().Select(part => part.Name).ToArray());
    }

    [TestMethod]
    public async Task Tool_Teach_LowersTheLearningRateAtMilestones()
    {
        SampleImages.Write(_folder, 100, 100, 1);
        string[] teach = ["teach", "--data", _folder, "--network", "resnet8", "--out", Path.Combine(_folder, "m.zip"), "--json"];
        // By default after 5/8, 3/4 and 7/8 of the epochs.
        CollectionAssert.AreEqual(new[] { 0.05, 0.05, 0.005, 0.0005 }, await RatesAsync([.. teach, "--epochs", "4"]));
        CollectionAssert.AreEqual(new[] { 0.05, 0.005 }, await RatesAsync([.. teach, "--epochs", "2", "--milestones", "1"]));

        static async Task<double[]> RatesAsync(string[] arguments)
        {
            var (exitCode, output, errors) = await Tool.RunHereAsync(arguments);
            Assert.AreEqual(0, exitCode, errors);
            return [.. JsonDocument.Parse(output).RootElement.GetProperty("epochs").EnumerateArray().Select(epoch => Math.Round(epoch.GetProperty("learningRate").GetDouble(), 8))];
        }
    }

    [TestMethod]
    [TestCategory("Long")]
    public async Task Tool_OtherModalitiesWithoutLabels_ProbeEvaluatesFromThePictures()
    {
        LongTest.Require();
        SampleImages.Write(_folder, 100, 100, 3);
        string teacher = Path.Combine(_folder, "luminance.zip");
        string student = Path.Combine(_folder, "chrominance.zip");
        Json("teach", "--data", _folder, "--network", "resnet8", "--modality", "luminance16", "--epochs", "1", "--seed", "3", "--out", teacher, "--json");
        JsonElement distilled = Json(
            "distill", "--data", _folder, "--student", "resnet8", "--teacher", teacher, "--modalities", "luminance16:chrominance8", "--no-labels", "--probe", "0.5", "--epochs", "1", "--seed", "3", "--out", student, "--json");
        string[] parts = [.. distilled.GetProperty("epochs")[0].GetProperty("parts").EnumerateObject().Select(part => part.Name)];
        CollectionAssert.AreEqual(new[] { "gckt", "lckt" }, parts);
        Assert.AreEqual(100, Json("evaluate", "--model", student, "--data", _folder, "--json").GetProperty("count").GetInt32());

        string features = Path.Combine(_folder, "features.zip");
        Json("distill", "--data", _folder, "--student", "resnet8", "--teacher", student, "--modalities", "chrominance8:rgb8", "--no-labels", "--epochs", "1", "--out", features, "--json");
        var (exitCode, _, errors) = await Tool.RunHereAsync("evaluate", "--model", features, "--data", _folder);
        Assert.AreEqual(1, exitCode);
        StringAssert.Contains(errors, "learned features without labels. Train it with --probe");
    }

    /// <summary>Runs the tool, which must succeed and print one JSON object and nothing else.</summary>
    private static JsonElement Json(params string[] arguments)
    {
        var (exitCode, output, errors) = Tool.Run(arguments);
        Assert.AreEqual(0, exitCode, errors);
        return JsonDocument.Parse(output).RootElement;
    }
}
