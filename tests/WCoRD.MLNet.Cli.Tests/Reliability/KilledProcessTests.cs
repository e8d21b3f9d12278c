using System.Diagnostics;
using Microsoft.ML;

namespace WCoRD.MLNet.Tests;

/// <summary>A real process is killed at ten moments, by SIGKILL where there is one, and the training ends as if nothing had happened.</summary>
[TestClass]
public sealed class KilledProcessTests
{
    private const int Kills = 10;
    private readonly string _folder = Directory.CreateTempSubdirectory("wcord-test").FullName;

    private string Checkpoints => Path.Combine(_folder, "checkpoints");

    [TestCleanup]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    [TestCategory("Long")]
    public void Distill_KilledTenTimes_EndsBitForBitAsWithoutKills()
    {
        LongTest.Require();
        SampleImages.Write(_folder, 600, 100, 1);
        string weights = Path.Combine(_folder, "resnet8.safetensors");
        using (FeatureNetwork network = NetworkCatalog.Create("resnet8", 100))
        {
            File.WriteAllBytes(weights, NetworkWeights.Save(network));
        }

        string[] distill = ["distill", "--data", _folder, "--teacher", weights, "--student", "resnet8", "--soft-target-weight", "1", "--batch-size", "16", "--epochs", "4", "--seed", "7"];
        string whole = Path.Combine(_folder, "whole.zip"), resumed = Path.Combine(_folder, "resumed.zip");
        (int exitCode, _, string errors) = Tool.Run([.. distill, "--out", whole]);
        Assert.AreEqual(0, exitCode, errors);

        // A checkpoint after every step: so a kill often meets one half written.
        string[] kept = [.. distill, "--out", resumed, "--checkpoints", Checkpoints, "--checkpoint-minutes", "1e-9", "--resume"];
        var random = new Random(1);
        int halfWritten = 0;
        for (int kill = 0; kill < Kills; kill++)
        {
            using Process process = Tool.Start(kept);
            RunningProcess.Silence(process);
            string? before = Newest();
            // No kill before the run has gone on by a step, or none would ever end.
            RunningProcess.WaitUntil(process, () => Newest() != before);
            Thread.Sleep(random.Next(100));
            if (kill % 2 == 0)
            {
                RunningProcess.WaitUntil(process, () => HalfWritten().Length > 0);
            }

            Assert.IsFalse(process.HasExited, "The training ended before all kills: make it longer.");
            process.Kill();
            process.WaitForExit();
            halfWritten += HalfWritten().Length;
        }

        Assert.AreNotEqual(0, halfWritten, "No kill met a checkpoint being written.");
        (exitCode, _, errors) = Tool.Run(kept);
        Assert.AreEqual(0, exitCode, errors);

        AssertSame(whole, resumed, epochs: 4);
    }

    [TestMethod]
    [TestCategory("Long")]
    public void Distill_KilledWhileViewsAreStored_LosesNoneAndEndsBitForBitAsWithoutKills()
    {
        LongTest.Require();
        SampleImages.Write(_folder, 3000, 100, 1);
        string weights = Path.Combine(_folder, "resnet32.safetensors");
        // Deeper ones give untrained numbers that float16 cannot store.
        using (FeatureNetwork network = NetworkCatalog.Create("resnet32", 100, 3, new TorchSharp.torch.Generator(1)))
        {
            File.WriteAllBytes(weights, NetworkWeights.Save(network));
        }

        string[] distill = ["distill", "--data", _folder, "--teacher", weights, "--student", "resnet8", "--method", "wcord+kd", "--stored-views", "3", "--epochs", "3", "--seed", "7"];
        string whole = Path.Combine(_folder, "whole.zip"), resumed = Path.Combine(_folder, "resumed.zip"), views = Path.Combine(_folder, "views");
        (int exitCode, _, string errors) = Tool.Run([.. distill, "--views", Path.Combine(_folder, "others"), "--out", whole]);
        Assert.AreEqual(0, exitCode, errors);

        string[] kept = [.. distill, "--views", views, "--out", resumed, "--checkpoints", Checkpoints, "--resume"];
        var random = new Random(1);
        int cutShort = 0;
        for (int kill = 0; kill < Kills; kill++)
        {
            using Process process = Tool.Start(kept);
            RunningProcess.Silence(process);
            long before = Stored();
            RunningProcess.WaitUntil(process, () => Stored() > before);
            Thread.Sleep(random.Next(100));
            Assert.IsFalse(process.HasExited, "The training ended before all kills: make it longer.");
            process.Kill();
            process.WaitForExit();
            long now = Stored();
            Assert.IsGreaterThan(before, now);
            cutShort += new DirectoryInfo(views).GetFiles().Any(file => file.Length < new FileInfo(Path.Combine(_folder, "others", file.Name)).Length) ? 1 : 0;
        }

        Assert.AreNotEqual(0, cutShort, "No kill met a view being stored.");
        (exitCode, _, errors) = Tool.Run(kept);
        Assert.AreEqual(0, exitCode, errors);
        foreach (string file in Directory.GetFiles(views))
        {
            CollectionAssert.AreEqual(File.ReadAllBytes(Path.Combine(_folder, "others", Path.GetFileName(file))), File.ReadAllBytes(file));
        }

        AssertSame(whole, resumed, epochs: 3);

        long Stored() => Directory.Exists(views) ? new DirectoryInfo(views).GetFiles().Sum(file => file.Length) : 0;
    }

    [TestMethod]
    public void Teach_Interrupted_KeepsACheckpointAndSaysWhere()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Inconclusive("Windows has no SIGTERM.");
        }

        SampleImages.Write(_folder, 600, 100, 1);
        using Process process = Tool.Start(
            ["teach", "--data", _folder, "--network", "resnet8", "--epochs", "1000", "--out", Path.Combine(_folder, "m.zip"), "--checkpoints", Checkpoints]);
        Task<string> errors = process.StandardError.ReadToEndAsync(), output = process.StandardOutput.ReadToEndAsync();
        RunningProcess.WaitUntil(process, () => Newest() is not null);
        // Not SIGINT, which the tool takes alike: a shell lets its background jobs ignore that, and with them these tests and the tool.
        Assert.AreEqual(0, ChildProcess.Run("kill", "-TERM", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)).ExitCode);
        process.WaitForExit();
        Assert.AreEqual(130, process.ExitCode, output.Result);
        StringAssert.Contains(errors.Result, $"wcord teach: stopped. The operation was canceled. '{Newest()}' holds the training so far: go on with Resume.");
    }

    private static void AssertSame(string expectedModel, string foundModel, int epochs)
    {
        var mlContext = new MLContext();
        using var expected = (NetworkTransformer)mlContext.Model.Load(expectedModel, out _);
        using var found = (NetworkTransformer)mlContext.Model.Load(foundModel, out _);
        CollectionAssert.AreEqual(expected.Weights.ToArray(), found.Weights.ToArray());
        Assert.HasCount(epochs, found.History!.Epochs);
        foreach ((EpochMetrics first, EpochMetrics second) in expected.History!.Epochs.Zip(found.History.Epochs))
        {
            Assert.AreEqual((first.Loss, first.Accuracy, first.LearningRate), (second.Loss, second.Accuracy, second.LearningRate));
            CollectionAssert.AreEqual(first.Parts.ToArray(), second.Parts.ToArray());
        }
    }

    private string? Newest() => Files().Where(file => file.EndsWith(".safetensors", StringComparison.Ordinal)).Max(StringComparer.Ordinal);

    private string[] HalfWritten() => [.. Files().Where(file => !file.EndsWith(".safetensors", StringComparison.Ordinal))];

    private string[] Files() => Directory.Exists(Checkpoints) ? Directory.GetFiles(Checkpoints, "checkpoint-*") : [];
}
