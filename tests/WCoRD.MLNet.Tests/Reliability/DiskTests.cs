using Microsoft.ML;

namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed class DiskTests
{
    private static readonly string TemporaryVariable = OperatingSystem.IsWindows() ? "TMP" : "TMPDIR";
    private readonly MLContext _mlContext = new(1);

    [TestMethod]
    public void Fit_DiskFillsUp_StopsWithTheLastCheckpointWhole()
    {
        using var folder = new TemporaryFolder();
        using IDisposable disk = SmallDisk(folder.Path, kibibytes: 1500);
        // A checkpoint takes about 640 KiB: two are kept, and there is no room for the third.
        NetworkTrainingOptions options = Options(folder.Path);
        string message = Assert.ThrowsExactly<IOException>(() => Fit(options)).Message;
        StringAssert.Contains(message, "Training stopped before epoch 4, step 1: the checkpoint '");
        StringAssert.Contains(message, "checkpoint-00003-0000000.safetensors' holds the training until then: make room and resume.");
        using Checkpoint kept = new CheckpointFolder(folder.Path).ReadNewest(Assert.Fail)!;
        Assert.AreEqual(3, kept.Position.Epoch);
    }

    [TestMethod]
    public void Fit_DiskIsReadOnly_SaysSoBeforeTraining()
    {
        using var folder = new TemporaryFolder();
        using IDisposable disk = SmallDisk(folder.Path, kibibytes: 1500);
        Mount("-o", "remount,ro", folder.Path);
        NetworkTrainingOptions options = Options(folder.Path);
        options.StepProgress = new Immediate<StepProgress>(_ => Assert.Fail("a step"));
        StringAssert.Contains(Assert.ThrowsExactly<IOException>(() => Fit(options)).Message, $"CheckpointFolder is '{folder.Path}', which cannot be written");
    }

    [TestMethod]
    public void Fit_FolderForRowsFillsUp_SaysSoAndLeavesNoFile()
    {
        using var folder = new TemporaryFolder();
        using IDisposable disk = SmallDisk(folder.Path, kibibytes: 8);
        // 64 rows of 3 x 8 x 8 bytes are 12 KiB.
        string message = FitBeyondBudget(folder.Path);
        StringAssert.Contains(message, $"The rows take more than MemoryBudget and cannot be kept in the folder '{folder.Path}/wcord-rows");
        StringAssert.Contains(message, "or raise MemoryBudget");
        Assert.IsEmpty(Directory.GetFileSystemEntries(folder.Path));
    }

    [TestMethod]
    public void Fit_FolderForRowsIsReadOnly_SaysSo()
    {
        using var folder = new TemporaryFolder();
        using IDisposable disk = SmallDisk(folder.Path, kibibytes: 1500);
        Mount("-o", "remount,ro", folder.Path);
        StringAssert.Contains(FitBeyondBudget(folder.Path), $"cannot be kept in the folder '{folder.Path}' (");
    }

    [TestMethod]
    public void Fit_NoFolderForRows_SaysSo()
    {
        using var folder = new TemporaryFolder();
        StringAssert.Contains(FitBeyondBudget(folder.File("absent")), $"cannot be kept in the folder '{folder.File("absent")}' (there is no such folder): expected one that can be written");
    }

    [TestMethod]
    [TestCategory("Long")]
    public void Fit_DataFileVanishesWhileTraining_GoesOn()
    {
        LongTest.Require();
        using var folder = new TemporaryFolder();
        string path = folder.WriteRecords(200);
        var options = new NetworkTrainingOptions { Network = "resnet8", Epochs = 2, Seed = 1 };
        // All rows are in memory before the first step.
        options.StepProgress = new Immediate<StepProgress>(_ => File.Delete(path));
        using NetworkTransformer model = new NetworkTrainingEstimator(_mlContext, options).Fit(_mlContext.Data.LoadFromCifar100(path, Cifar100Split.Train));
        Assert.HasCount(2, model.History!.Epochs);
        Assert.IsFalse(File.Exists(path));
    }

    private static NetworkTrainingOptions Options(string folder) => new() { Network = "resnet8", Epochs = 4, BatchSize = 32, Seed = 1, CheckpointFolder = folder };

    private void Fit(NetworkTrainingOptions options) => new NetworkTrainingEstimator(_mlContext, options).Fit(TinyImages.View(_mlContext, 32)).Dispose();

    private string FitBeyondBudget(string temporary)
    {
        string? before = Environment.GetEnvironmentVariable(TemporaryVariable);
        try
        {
            Environment.SetEnvironmentVariable(TemporaryVariable, temporary);
            var options = new NetworkTrainingOptions { Network = "resnet8", Epochs = 1, MemoryBudget = 0.001, StepProgress = new Immediate<StepProgress>(_ => Assert.Fail("a step")) };
            return Assert.ThrowsExactly<IOException>(() => new NetworkTrainingEstimator(_mlContext, options).Fit(TinyImages.View(_mlContext, 64))).Message;
        }
        finally
        {
            Environment.SetEnvironmentVariable(TemporaryVariable, before);
        }
    }

    private static Unmounting SmallDisk(string folder, int kibibytes)
    {
        Mount("-t", "tmpfs", "-o", Invariant($"size={kibibytes}k"), "tmpfs", folder);
        return new Unmounting(folder);
    }

    private static void Mount(params string[] arguments)
    {
        if (!OperatingSystem.IsLinux() || !File.Exists("/bin/mount") || ChildProcess.Run("/bin/mount", arguments).ExitCode != 0)
        {
            Assert.Inconclusive("A small disk cannot be mounted here: that needs Linux and root.");
        }
    }

    private sealed class Unmounting(string folder) : IDisposable
    {
        public void Dispose() => ChildProcess.Run("/bin/umount", folder);
    }
}
