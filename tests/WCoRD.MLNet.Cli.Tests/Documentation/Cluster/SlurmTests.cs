using System.Text.Json;

namespace WCoRD.MLNet.Tests;

/// <summary>The batch scripts of <c>docs/cluster.md</c>, submitted to a real Slurm of one node.</summary>
[TestClass]
public sealed class SlurmTests : IDisposable
{
    private readonly ComparisonFolder _data = new();

    private string Out => _data.Out;

    [TestInitialize]
    public void WriteTool()
    {
        if (!OperatingSystem.IsWindows())
        {
            string tool = Path.Combine(_data.Folder, "wcord");
            File.WriteAllText(tool, $"#!/bin/sh\nexec dotnet '{Tool.Assembly}' \"$@\"\n");
            File.SetUnixFileMode(tool, File.GetUnixFileMode(tool) | UnixFileMode.UserExecute);
        }
    }

    public void Dispose() => _data.Dispose();

    [TestMethod]
    public async Task Script_TasksRequeuedAndOutOfTime_GoOnToTheResultsOfAnUndisturbedRun()
    {
        Require();
        using var slurm = new OneNodeSlurm(programs: _data.Folder);
        string job = slurm.Run(
            "sbatch", ["--parsable", "--cpus-per-task=1", "--mem=1G", $"--output={_data.Folder}/log-%a", "docs/cluster/compare.sbatch", .. Arguments(Out)]);
        StopWhenSaved(0, () => slurm.Run("scontrol", "requeue", $"{job}_0"));
        // What Slurm does when the time is nearly over: --signal=TERM@60.
        StopWhenSaved(1, () => slurm.Run("scancel", "--signal=TERM", $"{job}_1"));
        slurm.WaitForEnd(job);

        for (int task = 0; task < 4; task++)
        {
            string log = Log(task);
            int starts = log.Split($"task {task} of 0 to 3 has 1 of 4 runs").Length - 1;
            // Slurm itself may stop a task that was requeued once more as it starts again.
            Assert.IsGreaterThanOrEqualTo(task < 2 ? 2 : 1, starts, log);
            Assert.AreEqual(task < 2, log.Contains("wcord compare: stopped.", StringComparison.Ordinal), log);
            Assert.AreEqual(1, log.Split("epoch 1/40").Length - 1, log);
            StringAssert.Contains(log, $"'{Out}' has the results of task {task};");
        }

        (int code, _, string errors) = await Tool.RunHereAsync(["compare", .. Arguments(Out), "--collect"]);
        Assert.AreEqual((0, $"4 of 4 runs are in '{Out}'"), (code, errors.TrimEnd()));
        string whole = Path.Combine(_data.Folder, "whole");
        slurm.Run("wcord", ["compare", .. Arguments(whole)]);
        foreach (string file in Directory.GetFiles(whole, "*-?.json"))
        {
            Assert.AreEqual(Accuracy(file), Accuracy(Path.Combine(Out, Path.GetFileName(file))), file);
        }
    }

    [TestMethod]
    public async Task ScoringScript_ItsParts_AreAllRowsInTheirOrder()
    {
        Require();
        string model = Path.Combine(_data.Folder, "student.zip"), script = Path.Combine(_data.Folder, "score.sbatch");
        (int code, _, string errors) = await Tool.RunHereAsync("teach", "--data", _data.Folder, "--network", "resnet8", "--epochs", "1", "--limit", "100", "--out", model);
        Assert.AreEqual(0, code, errors);
        File.WriteAllText(script, Snippet.In(File.ReadAllText(Path.Combine(RepositoryFolder.Root, "docs", "cluster.md")), "bash").Single().Code);

        using var slurm = new OneNodeSlurm(programs: _data.Folder);
        slurm.WaitForEnd(slurm.Run("sbatch", "--parsable", "--cpus-per-task=1", $"--chdir={_data.Folder}", script, "--model", model, "--data", _data.Folder));
        string[] parts = [.. Directory.GetFiles(_data.Folder, "scores-*.csv").Order(StringComparer.Ordinal)];
        Assert.HasCount(16, parts, string.Join('\n', Directory.GetFiles(_data.Folder, "slurm-*.out").Select(File.ReadAllText)));
        // The 100 test rows.
        string[] rows = [.. parts.SelectMany(part => File.ReadLines(part).Skip(1)).Select(line => line.Split(',')[0])];
        CollectionAssert.AreEqual(Enumerable.Range(0, 100).Select(row => Invariant($"{row}")).ToArray(), rows);
    }

    private static void Require()
    {
        if (Environment.GetEnvironmentVariable("WCORD_SLURM") != "1")
        {
            Assert.Inconclusive("Starts a Slurm of one node: set WCORD_SLURM=1 to run it, as root of a Linux with Debian's slurm-wlm and munge.");
        }
    }

    private void StopWhenSaved(int task, Action stop)
    {
        // The runs in their order: seeds, then methods.
        string checkpoints = Path.Combine(Out, "checkpoints", $"my_resnet8-resnet8-{(task % 2 == 0 ? "none" : "kd")}-{1 + (task / 2)}");
        OneNodeSlurm.WaitUntil(
            () => Directory.Exists(checkpoints) && Directory.GetFiles(checkpoints, "*.safetensors").Length > 0, $"No checkpoint appears: {Log(task)}");
        stop();
    }

    private string[] Arguments(string folder) =>
        [.. _data.Arguments("none,kd", epochs: 40, folder), "--seeds", "1,2"];

    private string Log(int task) => File.Exists(Path.Combine(_data.Folder, $"log-{task}")) ? File.ReadAllText(Path.Combine(_data.Folder, $"log-{task}")) : "no log";

    private static string Accuracy(string file) => JsonDocument.Parse(File.ReadAllText(file)).RootElement.GetProperty("Accuracy").ToString();
}
