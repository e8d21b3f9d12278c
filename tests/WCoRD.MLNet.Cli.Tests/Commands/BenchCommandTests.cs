using System.Text.Json;
using WCoRD.MLNet.Cli.Benchmarks;

namespace WCoRD.MLNet.Tests;

/// <summary><c>wcord bench</c>, in small: that it measures what it says, not how fast.</summary>
[TestClass]
public sealed class BenchCommandTests
{
    private static readonly string[] SmallStep =
        ["--teacher-network", "resnet8", "--student", "resnet8", "--rows", "200", "--batch-size", "16", "--negatives", "64", "--steps", "2"];

    [TestMethod]
    public void Step_SmallNetworks_TimesTheSamePartsOfBothAndGivesTheRatio()
    {
        JsonElement json = Run("step", "--teacher-network", "resnet8", "--student", "resnet8", "--rows", "200", "--batch-size", "16", "--negatives", "64", "--steps", "2", "--stored-views");
        double plain = json.GetProperty("plain").GetProperty("step").GetDouble(), single = json.GetProperty("float32").GetProperty("step").GetDouble();
        Assert.AreEqual(plain / single, json.GetProperty("float32Ratio").GetDouble(), 1e-9);
        Assert.AreEqual(plain / json.GetProperty("stored").GetProperty("step").GetDouble(), json.GetProperty("storedRatio").GetDouble(), 1e-9);
        Assert.AreEqual(plain / json.GetProperty("storedFloat32").GetProperty("step").GetDouble(), json.GetProperty("storedFloat32Ratio").GetDouble(), 1e-9);
        string[] expected = ["backward", "ce", "data", "draw", "gckt", "heads", "kd", "lckt", "optimizer", "student", "teacher"];
        foreach (string column in new[] { "auto", "float32", "stored", "storedFloat32", "plain" })
        {
            JsonElement times = json.GetProperty(column);
            CollectionAssert.AreEquivalent(expected, times.GetProperty("parts").EnumerateObject().Select(part => part.Name).ToArray());
            double parts = times.GetProperty("parts").EnumerateObject().Sum(part => part.Value.GetDouble());
            Assert.IsLessThan(1.5 * times.GetProperty("step").GetDouble(), parts, "Parts lie within the step.");
        }
    }

    [TestMethod]
    public void Data_SmallSet_TimesReadingAndBatches()
    {
        JsonElement json = Run("data", "--student", "resnet8", "--rows", "200", "--batch-size", "16", "--steps", "2");
        Assert.AreEqual(200, json.GetProperty("rows").GetInt32());
        Assert.IsTrue(json.GetProperty("readSeconds").GetDouble() > 0 && json.GetProperty("hashSeconds").GetDouble() > 0);
        Assert.IsLessThan(json.GetProperty("stepMilliseconds").GetDouble(), json.GetProperty("batchMilliseconds").GetDouble());
    }

    [TestMethod]
    public void Ranks_OneProcess_TellsWhatIsDividedOfItsStep()
    {
        JsonElement json = Run(["ranks", .. SmallStep]);
        Assert.AreEqual((1, 0.0, 0.0, 1.0), (json.GetProperty("ranks").GetInt32(), Number(json, "bytes"), Number(json, "communication"), Number(json, "efficiency")));
        Assert.AreEqual(Number(json, "step"), Number(json, "dividedMs") + Number(json, "wholeMs"), 0.02);
        Assert.IsTrue(Number(json, "fastest") > 0 && Number(json, "fastest") <= Number(json, "step") && Number(json, "step") <= Number(json, "slowest"));
    }

    [TestMethod]
    public void Ranks_TwoProcesses_AskOfEachOtherWhatThePlanExpects()
    {
        (int exitCode, string output, string errors) = MpiExec.TryRun(2, Tool.Assembly, ["bench", "ranks", .. SmallStep, "--json", "--one-process", "100"]);
        Assert.AreEqual(0, exitCode, errors);
        JsonElement json = JsonDocument.Parse(output).RootElement;
        Collective[] planned = [.. StepTraffic.Of("resnet8", "resnet8", classes: 100, side: 32).Calls(batch: 16, ranks: 2)];
        Collective[] calls = [.. json.GetProperty("calls").EnumerateArray().Select(CallOf)];

        // Which rank has read an image is chance; a rank gives whole ones, and no more than the other computes.
        CollectionAssert.AreEqual(planned.Where(IsAlways).ToArray(), calls.Where(IsAlways).ToArray());
        Collective images = calls.Single(call => !IsAlways(call));
        Assert.AreEqual(Array.FindIndex(planned, call => !IsAlways(call)), Array.IndexOf(calls, images));
        Assert.AreEqual(0, images.Bytes % (3 * 32 * 32));
        Assert.IsInRange(0, 8 * 3 * 32 * 32, images.Bytes);
        Assert.AreEqual(2, json.GetProperty("ranks").GetInt32());
        Assert.AreEqual(100 / (2 * Number(json, "step")), Number(json, "efficiency"), 1e-9);
        Assert.IsTrue(Number(json, "communication") > 0 && Number(json, "communication") < Number(json, "slowest"));

        static bool IsAlways(Collective call) => call.Kind != CollectiveKind.AllToAll;

        static Collective CallOf(JsonElement call) => new(
            Enum.Parse<CollectiveKind>(call.GetProperty("kind").GetString()!), call.GetProperty("values").GetInt64(), call.GetProperty("valueBytes").GetInt32());
    }

    [TestMethod]
    public void Ranks_Plan_IsTheModelsForTwoTo64()
    {
        JsonElement json = Run("ranks", "--plan", "--student", "resnet8", "--teacher-network", "resnet14", "--batch-size", "128", "--divided-ms", "200", "--whole-ms", "8", "--bandwidth", "100", "--latency", "30");
        var plan = new RankPlan(StepTraffic.Of("resnet8", "resnet14", classes: 100, side: 32), Batch: 128, Divided: 200, Whole: 8, new Interconnect(100, 30));
        JsonElement[] steps = [.. json.GetProperty("plan").EnumerateArray()];
        CollectionAssert.AreEqual(new[] { 2, 4, 8, 16, 32, 64 }, steps.Select(step => step.GetProperty("ranks").GetInt32()).ToArray());
        foreach (JsonElement step in steps)
        {
            Assert.AreEqual(plan.For(step.GetProperty("ranks").GetInt32()).Step, Number(step, "step"), 1e-9);
        }
    }

    [TestMethod]
    [DataRow("--bandwidth 100", "--bandwidth is given without --plan: a measurement finds it itself. Add --plan, or leave it out.")]
    [DataRow("--plan --whole-ms 3", "Of --divided-ms and --whole-ms one is given: expected both, as this command says of one process, or none, which measures them.")]
    [DataRow("--plan --one-process 3", "--one-process is given with --plan, which takes --divided-ms and --whole-ms. Leave it out.")]
    public async Task Ranks_OptionsThatDoNotGoTogether_AreRefused(string options, string expected)
    {
        (int exitCode, _, string errors) = await Tool.RunHereAsync(["bench", "ranks", .. options.Split(' ')]);
        Assert.AreEqual((1, $"wcord bench ranks: {expected}"), (exitCode, errors.TrimEnd()));
    }

    [TestMethod]
    [DataRow("ranks --plan", "--plan is given to several processes: a plan is made by one. Call it without mpiexec.")]
    [DataRow("data", "mpiexec started several processes, each of which would do the same: of the commands, 'teach', 'distill', 'views' and 'bench ranks' work together. Call this one without mpiexec.")]
    public void Commands_OfOneProcessUnderMpiexec_AreRefused(string command, string expected)
    {
        (int exitCode, _, string errors) = MpiExec.TryRun(2, Tool.Assembly, ["bench", .. command.Split(' ')]);
        Assert.AreNotEqual(0, exitCode);
        StringAssert.Contains(errors, expected);
    }

    [TestMethod]
    [TestCategory("Long")]
    public void Costs_InSmall_MeasuresEveryAxisAndDrawsIt()
    {
        LongTest.Require();
        using var folder = new TemporaryFolder();
        JsonElement[] costs = [.. Run("costs", "--teacher-network", "resnet8", "--student", "resnet8", "--teachers", "resnet8,resnet14", "--scale", "100", "--steps", "1", "--out", folder.Path).GetProperty("costs").EnumerateArray()];
        CollectionAssert.AreEqual(
            new[] { "batch 16", "batch 64", "batch 256", "rows N 200", "rows N 500", "rows N 2000", "rows N 5000", "negatives K 10", "negatives K 40", "negatives K 163", "negatives K 400", "image side 32", "image side 48", "image side 64", "teacher resnet8", "teacher resnet14" },
            costs.Select(cost => $"{cost.GetProperty("axis")} {cost.GetProperty("value")}").ToArray());
        Assert.IsTrue(costs.All(cost => cost.GetProperty("live").GetDouble() > 0 && cost.GetProperty("stored").GetDouble() > 0 && cost.GetProperty("peakMegabytes").GetDouble() > 100));
        // 500 rows of 64 features and 100 classes of 2 bytes.
        Assert.AreEqual(500 * 164 * 2 / 1e6, costs[0].GetProperty("viewMegabytes").GetDouble(), 1e-9);
        CollectionAssert.AreEquivalent(
            new[] { "costs.csv", "costs.md", "costs-batch.svg", "costs-rows-N.svg", "costs-negatives-K.svg", "costs-image-side.svg" },
            Directory.GetFiles(folder.Path).Select(Path.GetFileName).ToArray());
        StringAssert.Contains(File.ReadAllText(folder.File("costs-batch.svg")), "stored views");
    }

    [TestMethod]
    [TestCategory("Long")]
    public void Score_OneNetwork_TimesEveryBatchSize()
    {
        LongTest.Require();
        JsonElement network = Run("score", "--networks", "resnet8", "--seconds", "0.05").GetProperty("networks")[0];
        CollectionAssert.AreEqual(new[] { 1, 32, 256 }, network.GetProperty("times").EnumerateArray().Select(time => time.GetProperty("batch").GetInt32()).ToArray());
        Assert.IsTrue(network.GetProperty("times").EnumerateArray().All(time => time.GetProperty("pipeline").GetDouble() > 0 && time.GetProperty("direct").GetDouble() > 0));
        Assert.IsTrue(network.GetProperty("engineMilliseconds").GetDouble() > 0);
    }

    private static double Number(JsonElement json, string name) => json.GetProperty(name).GetDouble();

    private static JsonElement Run(params string[] arguments)
    {
        (int exitCode, string output, string errors) = Tool.Run(["bench", .. arguments, "--json"]);
        Assert.AreEqual(0, exitCode, errors);
        return JsonDocument.Parse(output).RootElement;
    }
}
