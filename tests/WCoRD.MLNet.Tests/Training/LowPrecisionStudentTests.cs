using Microsoft.ML;
using TorchSharp;
using static TorchSharp.torch;

namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed class LowPrecisionStudentTests
{
    [TestMethod]
    public void Step_InBFloat16_GivesNearlyTheGradientsAndStatisticsOfFloat32()
    {
        using var scope = NewDisposeScope();
        using FeatureNetwork network = NetworkCatalog.Create("resnet8", 4, 3, new Generator(1)), plain = NetworkCatalog.Create("resnet8", 4, 3, new Generator(1));
        using var student = new LowPrecisionStudent(network);
        Tensor input = randn(16, 3, 8, 8, generator: new Generator(2)), labels = arange(16) % 4;
        NetworkOutput output = student.Compute(input);
        Assert.AreEqual((ScalarType.Float32, ScalarType.Float32), (output.Features.dtype, output.Logits.dtype));
        Assert.AreEqual(ScalarType.BFloat16, output.StageMaps[^1].dtype);
        nn.functional.cross_entropy(output.Logits, labels).backward();
        student.GiveGradients();
        nn.functional.cross_entropy(plain.Compute(input).Logits, labels).backward();
        foreach (((string name, TorchSharp.Modules.Parameter found), TorchSharp.Modules.Parameter expected) in network.named_parameters().Zip(plain.parameters()))
        {
            Assert.AreEqual(ScalarType.Float32, found.grad!.dtype);
            double error = ((found.grad - expected.grad!).norm() / expected.grad!.norm()).ToDouble();
            // Eight bits, and rectifiers that switch: far from another gradient, whose error is 1 and more.
            Assert.IsLessThan(0.25, error, name);
        }

        foreach ((Tensor found, Tensor expected) in network.buffers().Zip(plain.buffers()))
        {
            Assert.IsTrue(found.to(ScalarType.Float32).allclose(expected.to(ScalarType.Float32), 0.05, 0.02));
        }
    }

    [TestMethod]
    public void Weights_StepsBelowBFloat16sResolution_AddUp()
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using FeatureNetwork network = NetworkCatalog.Create("resnet8", 4, 3, new Generator(1));
        using var student = new LowPrecisionStudent(network);
        Tensor bias = network.parameters().Last(), input = randn(2, 3, 8, 8, generator: new Generator(2));
        bias.fill_(1);
        student.TakeWeights();
        Tensor before = student.Compute(input).Logits;

        // 1 + 2^-9 is 1 in bfloat16, so that no step would move such a bias; sixteen of them make 1 + 2^-5.
        for (int step = 0; step < 16; step++)
        {
            bias.add_(1.0 / 512);
            student.TakeWeights();
        }

        Assert.AreEqual(1 + (1.0 / 32), bias[0].ToDouble());
        Assert.AreEqual(1.0 / 32, (student.Compute(input).Logits - before).mean().ToDouble(), 0.01);
    }

    [TestMethod]
    public void Fit_InBFloat16_LearnsAndSavesFloat32AndGoesOnBitForBit()
    {
        LongTest.Require();
        var mlContext = new MLContext(1);
        string folder = Directory.CreateTempSubdirectory("wcord-test").FullName;
        try
        {
            IDataView data = TinyImages.View(mlContext, 160);
            NetworkTrainingOptions options = new() { Network = "resnet8", Epochs = 4, BatchSize = 16, CropPadding = 1, HorizontalFlip = false, Seed = 1, Precision = Precision.BFloat16 };
            using NetworkTransformer whole = new NetworkTrainingEstimator(mlContext, options).Fit(data);
            Assert.IsGreaterThan(0.9, mlContext.MulticlassClassification.Evaluate(whole.Transform(TinyImages.View(mlContext, 40, seed: 2))).MicroAccuracy);
            using FeatureNetwork network = whole.CreateNetwork();
            Assert.IsTrue(network.parameters().All(parameter => parameter.dtype == ScalarType.Float32));

            (options.Epochs, options.CheckpointFolder, options.Milestones) = (2, folder, [3]);
            using NetworkTransformer half = new NetworkTrainingEstimator(mlContext, options).Fit(data);
            (options.Epochs, options.Resume) = (4, true);
            using NetworkTransformer resumed = new NetworkTrainingEstimator(mlContext, options).Fit(data);
            (options.CheckpointFolder, options.Resume) = (null, false);
            using NetworkTransformer once = new NetworkTrainingEstimator(mlContext, options).Fit(data);
            CollectionAssert.AreEqual(once.Weights.ToArray(), resumed.Weights.ToArray());

            // It did compute in bfloat16.
            options.Precision = Precision.Float32;
            using NetworkTransformer single = new NetworkTrainingEstimator(mlContext, options).Fit(data);
            CollectionAssert.AreNotEqual(single.Weights.ToArray(), once.Weights.ToArray());
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [TestMethod]
    public void Fit_Auto_SaysWhatItChose()
    {
        var mlContext = new MLContext(1);
        List<string> lines = [];
        mlContext.Log += (_, message) => lines.Add(message.Message);
        NetworkTrainingOptions options = new() { Network = "resnet8", Epochs = 1, BatchSize = 16, Seed = 1, Precision = Precision.Auto };
        using NetworkTransformer model = new NetworkTrainingEstimator(mlContext, options).Fit(TinyImages.View(mlContext, 32));
        string line = lines.Single(line => line.Contains("Precision Auto: the student computes in", StringComparison.Ordinal));
        StringAssert.Contains(line, PrecisionChoice.IsNative ? "ms a batch in bfloat16" : "has no bfloat16");
    }
}
