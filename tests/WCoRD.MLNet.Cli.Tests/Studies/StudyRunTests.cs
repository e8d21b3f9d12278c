using System.Text.Json;
using WCoRD.MLNet.Cli.Models;
using WCoRD.MLNet.Cli.Studies;

namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed class StudyRunTests
{
    /// <summary>Else the command of docs/results.md would not go on from the results that are there.</summary>
    [TestMethod]
    public void Settings_OfTheMeasuredRuns_AreThoseOfTheirFiles()
    {
        // As docs/results.md and docs/performance.md have it.
        var study = new Study
        {
            Data = DataSource.Open("data", null),
            Limit = 12_500,
            Schedule = new Schedule { Epochs = 16, InitialEpochs = 2 },
            TeacherPrecision = Precision.BFloat16,
            Critic = CriticForm.InfoNce,
            Negatives = 0,
        };
        Check("results", study, atLeast: 30);
        Check(Path.Combine("results", "bfloat16"), study with { Schedule = study.Schedule with { Precision = Precision.BFloat16 } }, atLeast: 3);
    }

    private static void Check(string folder, Study study, int atLeast)
    {
        string[] files = Directory.GetFiles(Path.Combine(RepositoryFolder.Root, folder), "*.json");
        Assert.IsGreaterThanOrEqualTo(atLeast, files.Length);
        foreach (string file in files)
        {
            RunResult result = JsonSerializer.Deserialize<RunResult>(File.ReadAllText(file))!;
            var run = new StudyRun(new StudyPair("cifar100_resnet56.safetensors", "resnet8"), Method.Parse(result.Method), result.Seed);
            Assert.AreEqual(run.Name, Path.GetFileNameWithoutExtension(file));
            Assert.AreEqual(result.Settings, run.SettingsIn(study), file);
        }
    }
}
