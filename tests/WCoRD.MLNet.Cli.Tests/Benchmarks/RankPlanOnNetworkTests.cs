using System.Text.Json;
using WCoRD.MLNet.Cli.Benchmarks;

namespace WCoRD.MLNet.Tests;

/// <summary>The model of <c>wcord bench ranks --plan</c> beside steps of two ranks over networks that are made slow.</summary>
[TestClass]
public sealed class RankPlanOnNetworkTests
{
    // What a message takes from one program to another over a link that is not late at all.
    private const int OwnMicroseconds = 20;

    // Little is computed: the network is what counts.
    private const int Batch = 2;
    private const string Network = "resnet8x4";

    private static readonly string[] Step =
    [
        "bench", "ranks", "--student", Network, "--teacher-network", Network, "--rows", "1000", "--negatives", "256",
        "--batch-size", Invariant($"{Batch}"), "--steps", "25", "--json",
    ];

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public void For_TwoRanksOnSlowNetworks_IsNearTheMeasuredStep()
    {
        if (Environment.GetEnvironmentVariable("WCORD_NETWORK") != "1")
        {
            Assert.Inconclusive("Compares times, which takes an idle machine: set WCORD_NETWORK=1 to run it.");
        }

        TwoMachines.Require();

        // The fastest step of many, before and after: whatever else the machine does slows computing.
        double computing = Computing();
        (int Megabits, int Microseconds, JsonElement Found)[] links =
        [
            .. new[] { (1000, 0), (100, 0), (1000, 1000), (100, 1000) }.Select(link => (link.Item1, link.Item2, Measure(link.Item1, link.Item2))),
        ];
        computing = Math.Min(computing, Computing());
        foreach ((int megabits, int microseconds, JsonElement found) in links)
        {
            var interconnect = new Interconnect(megabits, microseconds + OwnMicroseconds);
            var plan = new RankPlan(StepTraffic.Of(Network, Network, RandomImages.Classes, side: 32), Batch, 0, computing, interconnect);
            double expected = plan.For(2).Step, measured = Number(found, "fastest");
            TestContext.WriteLine(
                Invariant($"{megabits} Mbit/s, {microseconds} us late: planned {expected:F0} ms, of which {plan.For(2).Communication:F0} in MPI; ")
                    + Invariant($"measured {measured:F0} ms (median {Number(found, "step"):F0}), {Number(found, "communication"):F0} in MPI; ")
                    + Invariant($"network as measured: {found.GetProperty("interconnect")}"));
            Assert.IsTrue(measured < 1.5 * expected && expected < 1.5 * measured, Invariant($"planned {expected} ms, measured {measured} ms"));
        }
    }

    // What is no communication, of two ranks side by side: they share the machine's memory, and norms over ranks cost more.
    private static double Computing()
    {
        JsonElement free = Measure(megabits: null, microseconds: 0);
        return Number(free, "fastest") - Number(free, "modelled");
    }

    private static JsonElement Measure(int? megabits, int microseconds)
    {
        using var machines = new TwoMachines(megabits, microseconds);
        return JsonDocument.Parse(machines.Run(Step)).RootElement;
    }

    private static double Number(JsonElement json, string name) => json.GetProperty(name).GetDouble();
}
