using System.Diagnostics;
using System.Text.Json;
using Microsoft.ML;

namespace WCoRD.MLNet.Tests;

/// <summary><c>wcord compare</c>, as a user starts it.</summary>
[TestClass]
public sealed class CompareCommandTests : IDisposable
{
    private readonly ComparisonFolder _data = new();

    private string Out => _data.Out;

    public void Dispose() => _data.Dispose();

    [TestMethod]
    public async Task Compare_TwoMethods_MeasuresWhatTheModelsScoreAndRepeatsNothing()
    {
        JsonElement[] runs = Runs(Tool.Run([.. Arguments(epochs: 2), "--at-once", "2", "--json"]), "2 runs, 0 done before");
        CollectionAssert.AreEqual(new[] { "none", "fsp" }, runs.Select(run => run.GetProperty("method").GetString()).ToArray());
        foreach (JsonElement run in runs)
        {
            // The two epochs, without that of the initial stage.
            Assert.AreEqual(2, run.GetProperty("accuracy").GetArrayLength());
            Assert.IsTrue(run.GetProperty("peakMegabytes").GetDouble() > 100);
            Assert.AreEqual(Evaluate(run), run.GetProperty("accuracy")[1].GetDouble(), 1e-3);
        }

        CollectionAssert.AreEquivalent(
            new[] { "accuracy.svg", "my_resnet8-resnet8-fsp-1.json", "my_resnet8-resnet8-fsp-1.zip", "my_resnet8-resnet8-none-1.json", "my_resnet8-resnet8-none-1.zip", "results.csv", "results.md" },
            Directory.GetFiles(Out).Select(Path.GetFileName).ToArray());

        File.Delete(Path.Combine(Out, "my_resnet8-resnet8-none-1.json"));
        DateTime kept = File.GetLastWriteTimeUtc(Path.Combine(Out, "my_resnet8-resnet8-fsp-1.json"));
        (int exitCode, string output, string errors) = Tool.Run(Arguments(epochs: 2));
        Assert.AreEqual(0, exitCode, errors);
        StringAssert.StartsWith(errors, "2 runs, 1 done before");
        Assert.AreEqual(File.ReadAllText(Path.Combine(Out, "results.md")), output);
        Assert.AreEqual(kept, File.GetLastWriteTimeUtc(Path.Combine(Out, "my_resnet8-resnet8-fsp-1.json")));

        (exitCode, _, errors) = await Tool.RunHereAsync(Arguments(epochs: 3));
        Assert.AreEqual(1, exitCode);
        StringAssert.Contains(errors, "my_resnet8-resnet8-none-1.json' is of another comparison (2 epochs,");
    }

    [TestMethod]
    public void Compare_Stopped_GoesOnFromTheRunsCheckpoint()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Inconclusive("A process is asked to stop by SIGTERM here.");
        }

        using Process process = StartAndWaitForCheckpoint(out Task<string> output, out Task<string> errors);
        Assert.AreEqual(0, ChildProcess.Run("kill", "-TERM", Invariant($"{process.Id}")).ExitCode);
        process.WaitForExit();
        Assert.AreEqual(130, process.ExitCode, output.Result + errors.Result);
        GoesOn();
    }

    [TestMethod]
    [TestCategory("Long")]
    public void Compare_Killed_TakesItsRunWithIt()
    {
        LongTest.Require();
        if (!OperatingSystem.IsLinux())
        {
            Assert.Inconclusive("The runs of a comparison are found in /proc here.");
        }

        using Process process = StartAndWaitForCheckpoint(out Task<string> output, out Task<string> errors);
        int run = RunningProcess.ChildrenOf(process.Id).Single();
        process.Kill();
        process.WaitForExit();

        var clock = Stopwatch.StartNew();
        while (RunningProcess.IsRunning(run))
        {
            Assert.IsLessThan(60, clock.Elapsed.TotalSeconds, "The run goes on without the comparison.");
            Thread.Sleep(10);
        }

        // In order: it says where it stopped, which is where the same call goes on.
        StringAssert.Contains(errors.Result, "wcord compare: stopped.", output.Result);
        GoesOn();
    }

    private Process StartAndWaitForCheckpoint(out Task<string> output, out Task<string> errors)
    {
        Process process = Tool.Start(Arguments(epochs: 6));
        (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        _data.WaitForCheckpoint(process);
        return process;
    }

    private void GoesOn()
    {
        // The run that was stopped alone: the other has not begun.
        (int exitCode, _, string rest) = Tool.Run(Arguments(epochs: 6, methods: "none"));
        Assert.AreEqual(0, exitCode, rest);
        Assert.DoesNotContain("none-1: epoch 1/6", rest);
        StringAssert.Contains(rest, "none-1: epoch 6/6");
    }

    private string[] Arguments(int epochs, string methods = "none,fsp") =>
        ["compare", .. _data.Arguments(methods, epochs), "--initial-epochs", "1"];

    private double Evaluate(JsonElement run)
    {
        var mlContext = new MLContext(1);
        ITransformer model = mlContext.Model.Load(Path.Combine(Out, $"{run.GetProperty("pair")}-{run.GetProperty("method")}-1.zip"), out _);
        return 100 * mlContext.MulticlassClassification.Evaluate(model.Transform(mlContext.Data.LoadFromCifar100(_data.Folder, Cifar100Split.Test))).MicroAccuracy;
    }

    private static JsonElement[] Runs((int ExitCode, string Output, string Errors) tool, string said)
    {
        Assert.AreEqual(0, tool.ExitCode, tool.Errors);
        StringAssert.StartsWith(tool.Errors, said);
        return [.. JsonDocument.Parse(tool.Output).RootElement.GetProperty("runs").EnumerateArray()];
    }
}
