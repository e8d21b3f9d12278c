using System.Diagnostics;
using System.Text.Json;

namespace WCoRD.MLNet.Tests;

/// <summary>A comparison that several tasks share, as Slurm and Kubernetes start them.</summary>
[TestClass]
public sealed class CompareTasksTests : IDisposable
{
    /// <summary>What Kubernetes gives a pod by default, and Slurm a job, before it kills.</summary>
    private const double GraceSeconds = 30;

    private readonly ComparisonFolder _data = new();

    private string Out => _data.Out;

    public void Dispose() => _data.Dispose();

    [TestMethod]
    public async Task Compare_TwoTasksAtOnce_TrainAllRunsAndCollectMakesTheTable()
    {
        string[] names = [.. ((string[])["none", "kd", "at"]).Select(method => $"my_resnet8-resnet8-{method}-1")];
        (int code, string output, string errors) = await Tool.RunHereAsync(["compare", .. _data.Arguments("none,kd,at", epochs: 1), "--collect"]);
        Assert.AreEqual((1, ""), (code, output));
        Assert.AreEqual($"0 of 3 runs are in '{Out}'; missing: {string.Join(", ", names)}", errors.TrimEnd());

        string[] task = ["compare", .. _data.Arguments("none,kd,at", epochs: 1), "--tasks", "2"];
        using Process first = Tool.Start([.. task, "--task", "0", "--json"]);
        using Process second = Tool.Start(task, new Dictionary<string, string> { ["JOB_COMPLETION_INDEX"] = "1" });
        Task<string>[] firstSaid = ReadAll(first), secondSaid = ReadAll(second);
        first.WaitForExit();
        second.WaitForExit();
        Assert.AreEqual((0, 0), (first.ExitCode, second.ExitCode), firstSaid[1].Result + secondSaid[1].Result);
        StringAssert.StartsWith(firstSaid[1].Result, $"task 0 of 0 to 1 has 2 of 3 runs: {names[0]}, {names[2]}");
        StringAssert.StartsWith(secondSaid[1].Result, $"task 1 of 0 to 1 has 1 of 3 runs: {names[1]}");
        JsonElement[] own = [.. JsonDocument.Parse(firstSaid[0].Result).RootElement.GetProperty("runs").EnumerateArray()];
        CollectionAssert.AreEqual(new[] { "none", "at" }, own.Select(run => run.GetProperty("method").GetString()).ToArray());
        Assert.AreEqual($"'{Out}' has the results of task 1; --collect in place of the task makes the table of all runs.", secondSaid[0].Result.TrimEnd());
        CollectionAssert.AreEquivalent(
            names.SelectMany(name => (string[])[name + ".json", name + ".zip"]).ToArray(), Directory.GetFiles(Out).Select(Path.GetFileName).ToArray());

        (code, output, errors) = await Tool.RunHereAsync(["compare", .. _data.Arguments("none,kd,at", epochs: 1), "--collect"]);
        Assert.AreEqual((0, $"3 of 3 runs are in '{Out}'"), (code, errors.TrimEnd()));
        Assert.AreEqual(File.ReadAllText(Path.Combine(Out, "results.md")), output);
        Assert.HasCount(1 + 3, File.ReadAllLines(Path.Combine(Out, "results.csv")));
        Assert.IsTrue(File.Exists(Path.Combine(Out, "accuracy.svg")));

        File.Delete(Path.Combine(Out, names[1] + ".json"));
        (code, output, _) = await Tool.RunHereAsync(["compare", .. _data.Arguments("none,kd,at", epochs: 1), "--collect", "--json"]);
        JsonElement collected = JsonDocument.Parse(output).RootElement;
        Assert.AreEqual((1, 2, names[1]), (code, collected.GetProperty("runs").GetArrayLength(), collected.GetProperty("missing")[0].GetString()));
    }

    [TestMethod]
    public void Compare_TaskTerminated_SavesWithinTheGraceAndEndsAsWithoutTheStop()
    {
        if (!OperatingSystem.IsLinux())
        {
            Assert.Inconclusive("The runs of a comparison are found in /proc here.");
        }

        string[] task = ["compare", .. _data.Arguments("none,kd", epochs: 6), "--tasks", "2", "--task", "1"];
        using Process process = Tool.Start(task);
        Task<string>[] said = ReadAll(process);
        _data.WaitForCheckpoint(process);
        int run = RunningProcess.ChildrenOf(process.Id).Single();
        var clock = Stopwatch.StartNew();
        // As Slurm does it, which asks every process of a task.
        Assert.AreEqual(0, ChildProcess.Run("kill", "-TERM", Invariant($"{process.Id}"), Invariant($"{run}")).ExitCode);
        process.WaitForExit();
        Assert.IsLessThan(GraceSeconds, clock.Elapsed.TotalSeconds);
        Assert.AreEqual(130, process.ExitCode, said[1].Result);
        Assert.IsFalse(RunningProcess.IsRunning(run));
        StringAssert.Contains(said[1].Result, "holds the training so far");
        Assert.IsEmpty(Directory.GetFiles(Out));

        (int code, _, string errors) = Tool.Run(task);
        Assert.AreEqual(0, code, errors);
        Assert.DoesNotContain("kd-1: epoch 1/6", errors);
        string whole = Path.Combine(_data.Folder, "whole");
        (code, _, errors) = Tool.Run(["compare", .. _data.Arguments("kd", epochs: 6, whole)]);
        Assert.AreEqual(0, code, errors);
        Assert.AreEqual(Measured(whole), Measured(Out));
    }

    [TestMethod]
    [DataRow("--task 1", "--task is 1 without --tasks: expected both, as --task 0 --tasks 8.")]
    [DataRow("--tasks 2 --task 2", "--task is '2': expected 0 to 1, as --tasks is 2.")]
    [DataRow("--tasks 2 --task -1", "--task is -1: expected at least 0.")]
    [DataRow("--tasks 0 --task 0", "--tasks is 0: expected at least 1.")]
    [DataRow("--collect --tasks 2", "--collect makes the table of all tasks' runs: leave out --task and --tasks.")]
    public async Task Compare_TaskThatIsNone_IsRefused(string options, string expected)
    {
        (int code, _, string errors) = await Tool.RunHereAsync(["compare", .. _data.Arguments("none", epochs: 1), .. options.Split(' ')]);
        Assert.AreEqual(1, code);
        StringAssert.Contains(errors, expected);
        Assert.IsFalse(Directory.Exists(Out));
    }

    private static Task<string>[] ReadAll(Process process) => [process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync()];

    /// <summary>What the one run in a folder measured, without the time and the memory that it took.</summary>
    private static string Measured(string folder)
    {
        JsonElement run = JsonDocument.Parse(File.ReadAllText(Directory.GetFiles(folder, "*-1.json").Single())).RootElement;
        return string.Join('\n', ((string[])["Settings", "Accuracy", "Top5"]).Select(name => run.GetProperty(name).ToString()));
    }
}
