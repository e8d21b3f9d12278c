using System.Diagnostics;
using Microsoft.ML;
using TorchSharp;
using static TorchSharp.torch;

namespace WCoRD.MLNet.Tests;

/// <summary>What makes a step fast does not change what it learns, and stays as it is.</summary>
[TestClass]
[DoNotParallelize]
public sealed class FastStepTests
{
    private const int Rows = 200;
    private const int Batch = 16;
    private const int Negatives = 32;
    private const int Steps = 50;

    [TestMethod]
    // The same function, shown by a training in float64. In float32 both round, and training multiplies the difference, so that there each step is from the same weights.
    [DataRow(ScalarType.Float64, 0.05, 1e-9)]
    [DataRow(ScalarType.Float32, 0, 1e-5)]
    public void Step_FastAndPlain_AgreeOverFiftySteps(ScalarType type, double rate, double tolerance)
    {
        LongTest.RequireUnless(type == ScalarType.Float64);
        double[] fast = Train(type, rate, isFast: true), plain = Train(type, rate, isFast: false);
        for (int step = 0; step < Steps; step++)
        {
            Assert.AreEqual(plain[step], fast[step], tolerance * Math.Abs(plain[step]), $"step {step + 1}");
        }

        Assert.AreEqual(rate > 0, plain[^1] < plain[0] - 1);
    }

    [TestMethod]
    public void Step_OfATraining_RunsEachPartOnce()
    {
        var mlContext = new MLContext(1);
        var counts = new Dictionary<string, int>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "WCoRD.MLNet",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity => counts[activity.OperationName] = counts.GetValueOrDefault(activity.OperationName) + 1,
        };
        ActivitySource.AddActivityListener(listener);
        using NetworkTeacher teacher = Teacher.FromNetwork(NetworkCatalog.Create("resnet8", 4), new InputNormalization(1, [0, 0, 0], [255, 255, 255]));
        var options = new WcordDistillationOptions { Student = "resnet8", Epochs = 2, BatchSize = 16, EmbeddingSize = 8, SoftTargetWeight = 1, Seed = 1 };
        using NetworkTransformer student = new WcordDistillationEstimator(mlContext, teacher, options).Fit(TinyImages.View(mlContext, 64));

        // 64 rows in batches of 16, twice; the rows are read once.
        foreach (string part in new[] { "step", "data", "teacher", "student", "heads", "gckt", "lckt", "kd", "ce", "backward", "optimizer" })
        {
            Assert.AreEqual(8, counts[part], part);
        }

        Assert.AreEqual(1, counts["read"]);
    }

    [TestMethod]
    [DataRow(50_000, 16_384, false)]
    [DataRow(50_000, 1_024, true)]
    [DataRow(500_000, 16_384, false)]
    [DataRow(1_281_167, 16_384, true)]
    public void Negatives_ArePickedOrGatheredByCost(int rows, int negatives, bool isGathered) =>
        Assert.AreEqual(isGathered, ContrastiveScores.IsGatheringCheaper(rows, negatives));

    [TestMethod]
    public void Step_AllocatesItsNegativesAndLittleElse()
    {
        var mlContext = new MLContext(1);
        using NetworkTeacher teacher = Teacher.FromNetwork(NetworkCatalog.Create("resnet8", 4), new InputNormalization(1, [0, 0, 0], [255, 255, 255]));
        List<long> allocated = [];
        var options = new WcordDistillationOptions
        {
            Student = "resnet8",
            Epochs = 3,
            BatchSize = Batch,
            SoftTargetWeight = 1,
            Seed = 1,
            StepProgress = new Immediate<StepProgress>(_ => allocated.Add(GC.GetAllocatedBytesForCurrentThread())),
        };
        using NetworkTransformer student = new WcordDistillationEstimator(mlContext, teacher, options).Fit(TinyImages.View(mlContext, 2 * Batch));

        // The last step, when everything is compiled. 24 negatives of 16 examples are 3 KB; a step's few hundred tensors are 1 KB each with their handles and scopes.
        Assert.IsLessThan(1_000_000, allocated[^1] - allocated[^2]);
    }

    // Student, heads and bank in the library's way, or as the equations stand: planes first, an unfolded teacher, gathered rows.
    private static double[] Train(ScalarType type, double rate, bool isFast)
    {
        using var scope = NewDisposeScope();
        using FeatureNetwork teacher = NetworkCatalog.Create("resnet8", 4, 3, new Generator(1)), student = NetworkCatalog.Create("resnet8", 4, 3, new Generator(2));
        using ProjectionHead studentHead = new(64, 8, spectralNormalization: true, new Generator(3)), teacherHead = new(64, 8, spectralNormalization: true, new Generator(4));
        foreach (nn.Module module in new nn.Module[] { teacher, student, studentHead, teacherHead })
        {
            module.to(type);
        }

        teacher.eval();
        if (isFast)
        {
            teacher.Fold();
        }

        long[] labels = [.. Enumerable.Range(0, Rows).Select(row => (long)(row % 4))];
        using optim.Optimizer optimizer = optim.SGD(student.parameters().Concat(studentHead.parameters()).Concat(teacherHead.parameters()), rate, 0.9, weight_decay: 5e-4);
        Tensor images = rand(Rows, 3, 8, 8, generator: new Generator(5)).to(type);
        Tensor[] banks = [.. Enumerable.Range(0, 2).Select(i => nn.functional.normalize(randn(Rows, 8, generator: new Generator((ulong)(6 + i)))).to(type))];
        var negatives = new NegativeSampler(labels, Negatives, seed: 1);
        var transport = new LocalContrastiveLoss(TransportSolver.Ipot, 0.5, 50);
        double[] losses = new double[Steps];
        for (int step = 0; step < Steps; step++)
        {
            using var inner = NewDisposeScope();
            long[] rows = [.. Enumerable.Range(0, Batch).Select(i => (long)(((step * Batch) + i) % Rows))];
            Tensor indices = tensor(rows), input = images.index_select(0, indices);
            if (isFast)
            {
                input = input.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2);
            }

            NetworkOutput taught;
            using (no_grad())
            {
                taught = teacher.Compute(input);
            }

            NetworkOutput learned = student.Compute(input);
            Tensor u = teacherHead.forward(taught.Features), v = studentHead.forward(learned.Features), drawn = negatives.Draw(rows, step).to(ScalarType.Int64);
            Tensor total = nn.functional.cross_entropy(learned.Logits, tensor(labels).index_select(0, indices)) + Contrast(v, banks[0]) + Contrast(u, banks[1]) + (0.05 * transport.Compute(u, v)) + SoftTargetsObjective.Divergence(learned.Logits, taught.Logits, 4);
            optimizer.zero_grad();
            total.backward();
            optimizer.step();
            losses[step] = total.ToDouble();

            Tensor Contrast(Tensor anchors, Tensor bank)
            {
                anchors = anchors / 0.07;
                Tensor negative = isFast ? ContrastiveScores.Products(anchors, bank).gather(1, drawn) : ContrastiveScores.Gathered(anchors, bank, drawn);
                return InfoNceCritic.Side(new ContrastiveScores((anchors * bank.index_select(0, indices)).sum(1), negative, full(Batch, (double)Negatives, type), Rows));
            }
        }

        return losses;
    }
}
