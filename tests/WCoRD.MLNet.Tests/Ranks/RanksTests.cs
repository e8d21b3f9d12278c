using System.Globalization;

namespace WCoRD.MLNet.Tests;

/// <summary>Processes that mpiexec starts, which train one model as one process does.</summary>
[TestClass]
public sealed class RanksTests
{
    private const double Same = 1e-4;
    private static readonly string Program = ChildProcess.AssemblyOf("tests/WCoRD.MLNet.RanksProcess", "WCoRD.MLNet.RanksProcess.dll");

    /// <summary>Objectives of every kind, steps of uneven shares, and what has a state of its own.</summary>
    private static readonly string[] Trainings =
    [
        "alone", "crd", "dual", "queue", "seeded", "mixup", "dropout", "droppath", "adam", "validated", "stored", "columns", "rest",
    ];

    [TestMethod]
    public void Fit_TwoRanks_EqualsOneProcess() => AssertSame(2, ["rest", "at"]);

    [TestMethod]
    [TestCategory("Long")]
    [DataRow(2)]
    [DataRow(4)]
    public void Fit_FiftySteps_EqualOneProcess(int ranks)
    {
        LongTest.Require();
        AssertSame(ranks, ["resnet8", "vgg8"]);
    }

    [TestMethod]
    [TestCategory("Long")]
    public void Fit_EveryKindOfTraining_EqualsOneProcess()
    {
        LongTest.Require();
        AssertSame(3, Trainings);
    }

    /// <summary>One that has batch norms of its own, one of a phase before, one of all maps, one of scores.</summary>
    [TestMethod]
    [TestCategory("Long")]
    public void Fit_DistillersOfEachKind_EqualOneProcess()
    {
        LongTest.Require();
        AssertSame(2, ["hint", "ft", "fsp", "dkd"]);
    }

    [TestMethod]
    [TestCategory("Soak")]
    public void Fit_EveryDistiller_EqualsOneProcess()
    {
        if (Environment.GetEnvironmentVariable("WCORD_SOAK") != "1")
        {
            Assert.Inconclusive("A long run: set WCORD_SOAK=1 to have it.");
        }

        AssertSame(2, [.. Distillers.Names.Where(name => name is not "wcord" and not "crd")]);
    }

    /// <summary>What is measured above finds a function that is another: batch norms that see their own share alone.</summary>
    [TestMethod]
    [TestCategory("Long")]
    public void Fit_BatchNormsApart_DiffersByMoreThanRounding()
    {
        LongTest.Require();
        Assert.IsGreaterThan(3 * Same, Compare(2, ["resnet8-apart"]).Single().Weights);
    }

    /// <summary>bfloat16 has three digits: sums in another order differ by more.</summary>
    [TestMethod]
    [TestCategory("Long")]
    public void Fit_BFloat16_EqualsOneProcessUpToItsDigits()
    {
        LongTest.Require();
        Assert.IsLessThan(1e-3, Compare(2, ["bfloat16"]).Single().Weights);
    }

    [TestMethod]
    [TestCategory("Long")]
    [DataRow("option", "rank 1: BatchSize is 8, rank 0 has 16")]
    [DataRow("seed", "rank 1: Seed is 2, rank 0 has 1")]
    [DataRow("data", "rank 1: the SHA-256 of rows 0 to 7 and each 997th is")]
    [DataRow("teacher", "rank 1: teacher is")]
    [DataRow("rows", "rank 1: the number of rows is 60, rank 0 has 64")]
    public void Fit_RanksDiffer_AreRefusedByNameAndDifference(string fault, string expected)
    {
        LongTest.Require();
        foreach (string line in Told(fault))
        {
            StringAssert.Contains(line, "InvalidOperationException The 2 ranks do not train one model together");
            StringAssert.Contains(line, expected);
        }
    }

    [TestMethod]
    [DataRow("throw", "InvalidOperationException The training stopped on rank 1 of 2: Rank 1 has had enough.", "InvalidOperationException Rank 1 has had enough.")]
    [DataRow("cancel", "OperationCanceledException The training was cancelled on rank 1 of 2.", "OperationCanceledException The training was cancelled.")]
    public void Fit_OneRankStops_EndsOnBoth(string fault, string onFirst, string onSecond)
    {
        LongTest.RequireUnless(fault == "throw");
        string[] told = Told(fault);
        StringAssert.StartsWith(told[0], $"rank 0: {onFirst}");
        StringAssert.StartsWith(told[1], $"rank 1: {onSecond}");
    }

    [TestMethod]
    [TestCategory("Long")]
    public void Fit_FewerRowsThanRanks_AreRefused()
    {
        LongTest.Require();
        foreach (string line in Told("few", ranks: 3))
        {
            StringAssert.Contains(line, "ArgumentException The data has 2 rows for 3 ranks, of which each reads its share");
        }
    }

    [TestMethod]
    [TestCategory("Long")]
    public void Fit_CheckpointsCannotBeWritten_EndsOnBothWithTheFolder()
    {
        LongTest.Require();
        string[] told = Told("disk");
        StringAssert.StartsWith(told[0], "rank 0: IOException CheckpointFolder is");
        StringAssert.StartsWith(told[1], "rank 1: InvalidOperationException The training stopped on rank 0 of 2: CheckpointFolder is");
    }

    /// <summary>Open MPI's mpiexec, and srun where it serves no MPI: each process would train alone.</summary>
    [TestMethod]
    [DataRow("OMPI_COMM_WORLD_SIZE")]
    [DataRow("SLURM_STEP_NUM_TASKS")]
    public void Start_LauncherOfAnotherMpi_RefusesAWorldOfOne(string variable)
    {
        _ = MpiExec.Require();
        (int exitCode, _, string error) = ChildProcess.Run("dotnet", [Program, "fault", "none"], new() { [variable] = "4" });
        Assert.AreNotEqual(0, exitCode);
        StringAssert.Contains(error, $"{variable} says that 4 processes were started, but MPI finds this one alone");
    }

    private static void AssertSame(int ranks, string[] scenarios)
    {
        (string Name, double Weights, double Loss, double Validation)[] found = Compare(ranks, scenarios);
        Assert.HasCount(scenarios.Length, found);
        foreach ((string name, double weights, double loss, double validation) in found)
        {
            Assert.IsLessThan(Same, weights, $"{name}: weights");
            Assert.IsLessThan(Same, loss, $"{name}: loss");
            Assert.AreEqual(0, validation, $"{name}: validation");
        }
    }

    private static (string Name, double Weights, double Loss, double Validation)[] Compare(int ranks, string[] scenarios) =>
    [
        .. MpiExec.Run(ranks, Program, ["compare", .. scenarios]).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split(' '))
            .Where(words => words.Length == 7)
            .Select(words => (words[0], Number(words[2]), Number(words[4]), Number(words[6]))),
    ];

    // What each rank printed, in their order.
    private static string[] Told(string fault, int ranks = 2) =>
        [.. MpiExec.Run(ranks, Program, "fault", fault).Split('\n').Where(line => line.StartsWith("rank ", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
