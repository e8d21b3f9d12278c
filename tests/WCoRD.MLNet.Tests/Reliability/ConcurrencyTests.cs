using System.Collections.Concurrent;
using Microsoft.ML;
using TorchSharp;
using static WCoRD.MLNet.Tests.ScoringFixture;

namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed class ConcurrencyTests
{
    [TestMethod]
    public void SixteenThreads_ScoreWhileEnginesComeAndGo_Agree()
    {
        const int Threads = 16;
        var mlContext = new MLContext(1);
        using NetworkTransformer model = Model(mlContext);
        long before = LiveTensors();
        float[][] expected = [.. Read(mlContext, model.Transform(View(mlContext, 40))).Select(row => row.Score)];
        var faults = new ConcurrentBag<Exception>();
        Thread[] threads = [.. Enumerable.Range(0, Threads).Select(number => new Thread(() =>
        {
            try
            {
                var context = new MLContext(number);
                for (int round = 0; round < 5; round++)
                {
                    if (number % 4 == 0)
                    {
                        // Disposing an engine disposes the model that the others score with.
                        using PredictionEngine<ByteRow, Prediction> engine = context.Model.CreatePredictionEngine<ByteRow, Prediction>(model);
                        AreClose(expected[number], engine.Predict(Rows(40)[number]).Score);
                    }
                    else
                    {
                        List<ScoredRow> rows = Read(context, model.Transform(View(context, 40)));
                        for (int i = 0; i < rows.Count; i++)
                        {
                            AreClose(expected[i], rows[i].Score);
                        }
                    }
                }
            }
            catch (Exception fault)
            {
                faults.Add(fault);
            }
        }))];
        RunAll(threads);

        Assert.IsEmpty(faults, string.Join('\n', faults));
        model.Dispose();
        // TorchSharp counts a parameter twice when it is made and once when it is freed: each network ever built leaves its number of parameters in the count, and no tensor.
        using FeatureNetwork network = model.CreateNetwork();
        int made = network.parameters().Count();
        network.Fold();

        // Folding makes a weight and a bias anew for each convolution.
        int folded = network.parameters().Count() - made, parameters = made + (2 * folded);
        network.Dispose();
        Assert.AreEqual(0, (LiveTensors() - before) % parameters);
    }

    [TestMethod]
    [TestCategory("Long")]
    public void TwoTrainings_AtOnce_EqualTheirLoneRuns()
    {
        LongTest.Require();
        byte[][] alone = [Train(1), Train(2)];
        byte[][] together = new byte[2][];
        Exception?[] faults = new Exception?[2];
        Thread[] threads = [.. Enumerable.Range(0, 2).Select(i => new Thread(() =>
        {
            try
            {
                together[i] = Train(i + 1);
            }
            catch (Exception fault)
            {
                faults[i] = fault;
            }
        }))];
        RunAll(threads);

        Assert.IsTrue(faults.All(fault => fault is null), string.Join('\n', faults.OfType<Exception>()));
        CollectionAssert.AreEqual(alone[0], together[0]);
        CollectionAssert.AreEqual(alone[1], together[1]);
        CollectionAssert.AreNotEqual(alone[0], alone[1]);
    }

    /// <summary>The tensors of the whole process, once what nobody holds is gone.</summary>
    private static long LiveTensors()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return torch.Tensor.TotalCount;
    }

    private static void RunAll(Thread[] threads)
    {
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
    }

    private static byte[] Train(int seed)
    {
        var mlContext = new MLContext(seed);
        using NetworkTeacher teacher = NetworkTeacher.FromNetwork(NetworkCatalog.Create("resnet8", 4, 3, new torch.Generator(1)), new InputNormalization(1 / 255f, [0.5f, 0.5f, 0.5f], [0.25f, 0.25f, 0.25f]));
        var options = new WcordDistillationOptions { Student = "resnet8", Epochs = 3, BatchSize = 16, EmbeddingSize = 8, SoftTargetWeight = 1, Negatives = 20, Seed = seed };
        using NetworkTransformer model = new WcordDistillationEstimator(mlContext, teacher, options).Fit(TinyImages.View(mlContext, 96));
        return model.Weights.ToArray();
    }
}
