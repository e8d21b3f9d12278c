using System.Diagnostics;
using System.Globalization;
using Microsoft.ML;

namespace WCoRD.MLNet.Tests;

/// <summary>One of two processes that train together is killed: the job ends, and goes on from the first rank's checkpoint.</summary>
[TestClass]
public sealed class KilledRankTests
{
    private const int Kills = 10;
    private static readonly TimeSpan Most = TimeSpan.FromSeconds(30);
    private readonly string _folder = Directory.CreateTempSubdirectory("wcord-test").FullName;

    private string Checkpoints => Path.Combine(_folder, "checkpoints");

    [TestCleanup]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    [TestCategory("Long")]
    public void Distill_AnyRankKilledTenTimes_EndsBitForBitAsWithoutKills()
    {
        LongTest.Require();
        string launcher = MpiExec.Require();
        string[] distill = Distill("--epochs", "4");
        string whole = Path.Combine(_folder, "whole.zip"), resumed = Path.Combine(_folder, "resumed.zip");
        RunToEnd(launcher, [.. distill, "--out", whole]);

        // A checkpoint after every step, so that a kill loses one step at most.
        string[] kept = [.. distill, "--out", resumed, "--checkpoints", Checkpoints, "--checkpoint-minutes", "1e-9", "--resume"];
        var random = new Random(1);
        for (int kill = 0; kill < Kills; kill++)
        {
            using Process job = Start(launcher, kept);
            RunningProcess.Silence(job);
            string? before = Newest();
            RunningProcess.WaitUntil(job, () => Newest() != before);
            Thread.Sleep(random.Next(100));
            Assert.IsFalse(job.HasExited, "The training ended before all kills: make it longer.");
            int[] ranks = [.. RanksOf(job.Id)];
            Assert.HasCount(2, ranks);
            string saved = Newest()!;
            using (var killed = Process.GetProcessById(ranks[kill % 2]))
            {
                killed.Kill();
            }

            Assert.IsTrue(job.WaitForExit(Most), "The job goes on without one of its ranks.");
            Assert.AreNotEqual(0, job.ExitCode);
            WaitUntilEnded(ranks);
            Assert.IsGreaterThanOrEqualTo(0, string.CompareOrdinal(Newest(), saved), "A checkpoint is lost.");
        }

        RunToEnd(launcher, kept);
        CollectionAssert.AreEqual(WeightsOf(whole), WeightsOf(resumed));
    }

    [TestMethod]
    [TestCategory("Long")]
    public void Distill_ResumedByAnotherNumberOfRanks_GoesOn()
    {
        LongTest.Require();
        string launcher = MpiExec.Require();
        string model = Path.Combine(_folder, "m.zip");
        RunToEnd(launcher, [.. Distill("--epochs", "1"), "--out", model, "--checkpoints", Checkpoints]);
        foreach ((int ranks, int epochs) in ((int, int)[])[(1, 2), (3, 3)])
        {
            RunToEnd(launcher, [.. Distill("--epochs", Invariant($"{epochs}")), "--out", model, "--checkpoints", Checkpoints, "--resume"], ranks);
            using var found = (NetworkTransformer)new MLContext().Model.Load(model, out _);
            Assert.HasCount(epochs, found.History!.Epochs);
        }
    }

    [TestMethod]
    [TestCategory("Long")]
    public void Distill_OneRankTerminated_SavesAndSaysWhere()
    {
        LongTest.Require();
        using Process job = Start(MpiExec.Require(), [.. Distill("--epochs", "1000"), "--out", Path.Combine(_folder, "m.zip"), "--checkpoints", Checkpoints]);
        RunningProcess.WaitUntil(job, () => Newest() is not null);
        Assert.AreEqual(0, ChildProcess.Run("kill", "-TERM", RanksOf(job.Id).First().ToString(CultureInfo.InvariantCulture)).ExitCode);
        string errors = ErrorsOf(job);
        Assert.IsTrue(job.WaitForExit(Most));
        StringAssert.Contains(errors, $"'{Newest()}' holds the training so far: go on with Resume.");
    }

    private string[] Distill(params string[] more)
    {
        string weights = Path.Combine(_folder, "resnet8.safetensors");
        if (!File.Exists(weights))
        {
            SampleImages.Write(_folder, 600, 100, 1);
            using FeatureNetwork network = NetworkCatalog.Create("resnet8", 100);
            File.WriteAllBytes(weights, NetworkWeights.Save(network));
        }

        return ["distill", "--data", _folder, "--teacher", weights, "--student", "resnet8", "--method", "wcord+kd", "--negatives", "100", "--batch-size", "16", "--seed", "7", .. more];
    }

    private static void RunToEnd(string launcher, string[] arguments, int ranks = 2)
    {
        using Process job = Start(launcher, arguments, ranks);
        string errors = ErrorsOf(job);
        job.WaitForExit();
        Assert.AreEqual(0, job.ExitCode, errors);
    }

    private static Process Start(string launcher, string[] arguments, int ranks = 2) =>
        Process.Start(new ProcessStartInfo(launcher, ["-n", Invariant($"{ranks}"), "dotnet", Tool.Assembly, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["OMP_NUM_THREADS"] = "1" },
        })!;

    /// <summary>All that a job says, until it ends.</summary>
    private static string ErrorsOf(Process job)
    {
        Task<string> errors = job.StandardError.ReadToEndAsync();
        job.StandardOutput.ReadToEnd();
        return errors.Result;
    }

    // Below mpiexec stands its proxy, and below that the processes of the job.
    private static IEnumerable<int> RanksOf(int launcher) => RunningProcess.ChildrenOf(launcher).SelectMany(RunningProcess.ChildrenOf);

    private static void WaitUntilEnded(int[] processes)
    {
        var clock = Stopwatch.StartNew();
        while (processes.Any(RunningProcess.IsRunning))
        {
            Assert.IsLessThan(Most, clock.Elapsed, "A rank is left running.");
            Thread.Sleep(50);
        }
    }

    private static byte[] WeightsOf(string file)
    {
        using var model = (NetworkTransformer)new MLContext().Model.Load(file, out _);
        return model.Weights.ToArray();
    }

    private string? Newest() => Directory.Exists(Checkpoints)
        ? Directory.GetFiles(Checkpoints, "checkpoint-*.safetensors").Max(StringComparer.Ordinal)
        : null;
}
