using Microsoft.ML;
using Microsoft.ML.Data;
using TorchSharp;

namespace WCoRD.MLNet.Tests;

/// <summary>Long runs whose memory must not grow. Opt-in: set WCORD_SOAK.</summary>
[TestClass]
[TestCategory("Soak")]
public sealed class SoakTests
{
    private const double MostMebibytesPerReading = 0.2;

    public TestContext TestContext { get; set; } = null!;

    [TestInitialize]
    public void SkipUnlessAsked()
    {
        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable("WCORD_SOAK")))
        {
            Assert.Inconclusive("A long run: set WCORD_SOAK=1 to have it.");
        }
    }

    [TestMethod]
    public void Training_TwoThousandSteps_KeepsItsMemory()
    {
        var mlContext = new MLContext(1);
        var readings = new List<double>();
        int steps = 0;
        var options = new WcordDistillationOptions { Student = "resnet8", BatchSize = 16, Epochs = 100, SoftTargetWeight = 1, Negatives = 200, Seed = 1 };
        options.StepProgress = new Immediate<StepProgress>(_ =>
        {
            if (++steps % 100 == 0)
            {
                readings.Add(Mebibytes());
            }
        });
        using NetworkTeacher teacher = NetworkTeacher.FromNetwork(NetworkCatalog.Create("resnet8", 4, 3, new torch.Generator(1)), new InputNormalization(1 / 255f, [0.5f, 0.5f, 0.5f], [0.25f, 0.25f, 0.25f]));
        new WcordDistillationEstimator(mlContext, teacher, options).Fit(TinyImages.View(mlContext, 320)).Dispose();
        Assert.AreEqual(2000, steps);
        AssertLevel("MiB per 100 steps", readings);
    }

    [TestMethod]
    public void Scoring_TwoHundredThousandRows_KeepsItsMemory()
    {
        var mlContext = new MLContext(1);
        using NetworkTransformer model = ScoringFixture.Model(mlContext);
        IDataView scored = model.Transform(ScoringFixture.View(mlContext, 2000));
        var readings = new List<double>();
        for (int pass = 0; pass < 100; pass++)
        {
            Assert.AreEqual(2000, scored.GetColumn<float[]>("Score").Count());
            readings.Add(Mebibytes());
        }

        AssertLevel("MiB per 2,000 rows", readings);
    }

    /// <summary>The slope of the least-squares line through the second half: by then caches and heaps are filled.</summary>
    private void AssertLevel(string unit, List<double> readings)
    {
        double[] values = [.. readings.Skip(readings.Count / 2)];
        double middle = (values.Length - 1) / 2.0, mean = values.Average();
        double slope = values.Select((value, i) => (i - middle) * (value - mean)).Sum() / values.Select((_, i) => (i - middle) * (i - middle)).Sum();
        TestContext.WriteLine(Invariant($"{slope:F4} {unit}; {values[0]:F0} to {values[^1]:F0} MiB"));
        Assert.IsLessThan(MostMebibytesPerReading, slope);
    }

    private static double Mebibytes()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return Environment.WorkingSet / 1048576.0;
    }
}
