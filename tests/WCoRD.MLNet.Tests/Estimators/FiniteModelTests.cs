using Microsoft.ML;
using Microsoft.ML.Data;
using TorchSharp;
using static TorchSharp.torch;

namespace WCoRD.MLNet.Tests;

/// <summary>No model whose weights are not finite is trained, taken as a teacher, saved or loaded.</summary>
[TestClass]
public sealed class FiniteModelTests
{
    private readonly MLContext _mlContext = new(1);

    private static NetworkTrainingOptions Options(string network, int batchSize = 16) => new() { Network = network, Epochs = 1, BatchSize = batchSize, Seed = 1 };

    private static string Fault(Action act) => Assert.ThrowsExactly<ArgumentException>(act).Message;

    // At 8 x 8 the last maps of these are 1 x 1: batch norm needs two examples.
    [TestMethod]
    [DataRow("vgg8")]
    [DataRow("ShuffleV1")]
    [DataRow("ShuffleV2")]
    [DataRow("MobileNetV2")]
    public void Fit_RemainderOfOneWhereMapsAreSingle_LearnsEveryRowAndScoresNumbers(string network)
    {
        using NetworkTransformer model = new NetworkTrainingEstimator(_mlContext, Options(network)).Fit(TinyImages.View(_mlContext, 17));
        Assert.IsTrue(model.Transform(TinyImages.View(_mlContext, 8)).GetColumn<float[]>("Score").SelectMany(scores => scores).All(float.IsFinite));
        Assert.IsTrue(model.Transform(TinyImages.View(_mlContext, 8)).GetColumn<uint>("PredictedLabel").All(key => key > 0));
    }

    [TestMethod]
    public void Fit_RemainderOfOne_CountsEveryRow()
    {
        var steps = new List<StepProgress>();
        NetworkTrainingOptions options = Options("resnet8");
        options.StepProgress = new Immediate<StepProgress>(steps.Add);
        new NetworkTrainingEstimator(_mlContext, options).Fit(TinyImages.View(_mlContext, 33)).Dispose();
        Assert.HasCount(2, steps);
        Assert.AreEqual(2, steps[^1].Steps);
    }

    [TestMethod]
    public void Fit_BatchOfOneWhereMapsAreSingle_IsRefusedBeforeTheFirstStep()
    {
        NetworkTrainingOptions options = Options("vgg8", batchSize: 1);
        options.StepProgress = new Immediate<StepProgress>(_ => Assert.Fail("a step was made"));
        StringAssert.Contains(
            Fault(() => new NetworkTrainingEstimator(_mlContext, options).Fit(TinyImages.View(_mlContext, 8))),
            "BatchSize is 1, but the last maps of 'vgg8' are 1 x 1 for images of 8 x 8");
    }

    [TestMethod]
    public void Fit_BatchOfOneWhereMapsAreLarger_Trains()
    {
        using NetworkTransformer model = new NetworkTrainingEstimator(_mlContext, Options("resnet8", batchSize: 1)).Fit(TinyImages.View(_mlContext, 4));
        Assert.IsTrue(model.Transform(TinyImages.View(_mlContext, 8)).GetColumn<float[]>("Score").SelectMany(scores => scores).All(float.IsFinite));
    }

    [TestMethod]
    public void Fit_BatchOfOneWithRelations_IsRefused()
    {
        using NetworkTeacher teacher = Teacher.FromNetwork(NetworkCatalog.Create("resnet8", 4), InputNormalization.Cifar100);
        var options = new DistillationOptions { Student = "resnet8", Epochs = 1, BatchSize = 1, Objectives = [Distillers.Named("rkd")] };
        StringAssert.Contains(
            Fault(() => new DistillationEstimator(_mlContext, teacher, options).Fit(TinyImages.View(_mlContext, 8))),
            "BatchSize is 1, but the objective 'rkd' compares examples with each other: expected at least 2 in a step");
    }

    [TestMethod]
    public void Compute_EveryDistillerOnItsLeastBatch_IsFiniteWithItsGradients()
    {
        var shapes = new OutputShapes([(8, 4, 4), (8, 2, 2), (8, 2, 2)], 8, 5);
        foreach (string name in Distillers.Names)
        {
            using var scope = NewDisposeScope();
            random.manual_seed(1);
            using Objective objective = Distillers.Named(name).Create(new ObjectiveContext { Student = shapes, Teacher = shapes, Labels = [.. Enumerable.Range(0, 20).Select(i => (long)(i % 5))], Seed = 1 });
            int batch = objective.MinimumBatchSize;
            Tensor features = rand([batch, 8], requires_grad: true), logits = rand([batch, 5], requires_grad: true);
            NetworkOutput Output(Tensor f, Tensor l) => new([rand(batch, 8, 4, 4), rand(batch, 8, 2, 2), rand([batch, 8, 2, 2], requires_grad: true)], f, l);
            var step = new DistillationStep
            {
                Indices = arange(batch, ScalarType.Int64),
                Labels = arange(batch, ScalarType.Int64),
                Student = Output(features, logits),
                Teacher = Output(rand(batch, 8), rand(batch, 5)),
            };
            ObjectiveValue value = objective.Compute(step);
            Assert.IsTrue(float.IsFinite(value.Total.ToSingle()), $"{name} of {batch}");
            if (value.Total.requires_grad)
            {
                value.Total.backward();
            }

            foreach (Tensor leaf in new[] { features, logits })
            {
                Assert.IsTrue(leaf.grad is null || leaf.grad.isfinite().all().ToBoolean(), $"gradient of {name} of {batch}");
            }
        }
    }

    [TestMethod]
    public void Fit_WeightsBecomeInfiniteInTheLastStep_StopsAndNamesTheTensor()
    {
        // One step at a rate that no float holds: the loss before it is finite.
        NetworkTrainingOptions options = Options("resnet8");
        options.LearningRate = 1e38;
        options.WeightDecay = 1e30;
        string fault = Assert.ThrowsExactly<InvalidOperationException>(() => new NetworkTrainingEstimator(_mlContext, options).Fit(TinyImages.View(_mlContext, 16))).Message;
        StringAssert.StartsWith(fault, "Training stopped: the network's tensor 'conv1.weight' holds 432 of 432 values that are NaN or infinite in epoch 1, after step 1.");
    }

    [TestMethod]
    public void Fit_WeightsBecomeInfinite_KeepsTheCheckpointBefore()
    {
        using var folder = new TemporaryFolder();
        NetworkTrainingOptions options = Options("resnet8");
        options.CheckpointFolder = folder.Path;
        new NetworkTrainingEstimator(_mlContext, options).Fit(TinyImages.View(_mlContext, 16)).Dispose();
        string[] before = Directory.GetFiles(folder.Path);
        (options.Resume, options.Epochs) = (true, 2);
        (options.LearningRate, options.WeightDecay) = (1e38, 1e30);
        Assert.ThrowsExactly<InvalidOperationException>(() => new NetworkTrainingEstimator(_mlContext, options).Fit(TinyImages.View(_mlContext, 16)));
        CollectionAssert.AreEqual(before, Directory.GetFiles(folder.Path));
    }

    [TestMethod]
    public void FromNetwork_WeightNotFinite_IsNoTeacher()
    {
        using FeatureNetwork network = NetworkCatalog.Create("resnet8", 4);
        using (no_grad())
        {
            network.state_dict()["bn1.running_var"].fill_(double.NaN);
        }

        StringAssert.Contains(Fault(() => Teacher.FromNetwork(network, InputNormalization.Cifar100)), "its tensor 'bn1.running_var' holds 16 of 16 values that are NaN or infinite");
    }

    [TestMethod]
    public void Load_WeightNotFinite_IsRefused()
    {
        using FeatureNetwork network = NetworkCatalog.Create("resnet8", 4);
        using (no_grad())
        {
            network.state_dict()["fc.bias"][1] = float.PositiveInfinity;
        }

        using var model = new NetworkTransformer(_mlContext, ScoringFixture.Description, NetworkWeights.Save(network), history: null);
        using var stream = new MemoryStream();
        _mlContext.Model.Save(model, ScoringFixture.View(_mlContext, 1).Schema, stream);
        stream.Position = 0;
        Exception fault = Assert.Throws<Exception>(() => _mlContext.Model.Load(stream, out _));
        StringAssert.Contains(fault.GetBaseException().Message, "The model cannot score: its tensor 'fc.bias' holds 1 of 4 values that are NaN or infinite");
    }
}
