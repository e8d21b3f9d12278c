using Microsoft.ML;
using TorchSharp;
using static TorchSharp.torch;

namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed class WeightAverageTests
{
    [TestMethod]
    public void Update_ManySteps_FollowsItsRecursion()
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using FeatureNetwork network = NetworkCatalog.Create("resnet8", 4, 3, new Generator(1));
        using var average = new WeightAverage(network, 0.6);
        Dictionary<string, Tensor> weights = network.state_dict(), averages = average.Network.state_dict();
        Dictionary<string, double> expected = weights.ToDictionary(item => item.Key, item => First(item.Value));
        for (int step = 0; step < 20; step++)
        {
            // 0.1, 2/11, 3/12, ... until the decay is less.
            double kept = Math.Min(0.6, (1.0 + step) / (10 + step));
            foreach ((string name, Tensor weight) in weights)
            {
                weight.add_(weight.is_floating_point() ? (Scalar)(0.1 * (step % 3)) : (Scalar)1L);
                expected[name] = weight.is_floating_point() ? (kept * expected[name]) + ((1 - kept) * First(weight)) : First(weight);
            }

            average.Update();
        }

        Assert.IsTrue(averages.Keys.Any(name => name.EndsWith("running_var", StringComparison.Ordinal)));
        foreach ((string name, Tensor found) in averages)
        {
            Assert.AreEqual(expected[name], First(found), 1e-5, name);
        }

        static double First(Tensor values) => values.flatten()[0].to(ScalarType.Float64).ToDouble();
    }

    [TestMethod]
    [DataRow(Precision.Float32)]
    [DataRow(Precision.BFloat16)]
    public void Fit_Averaged_ReturnsAndValidatesTheAverage(Precision precision)
    {
        using var folder = new TemporaryFolder();
        var mlContext = new MLContext(1);
        IDataView data = TinyImages.View(mlContext, 64), others = TinyImages.View(mlContext, 40, seed: 2);
        var options = new NetworkTrainingOptions
        {
            Network = "resnet8",
            Epochs = 3,
            BatchSize = 16,
            CropPadding = 0,
            WeightAveraging = 0.8,
            Precision = precision,
            ValidationSet = others,
            CheckpointFolder = folder.Path,
            Seed = 1,
        };
        using NetworkTransformer model = new NetworkTrainingEstimator(mlContext, options).Fit(data);
        Assert.AreEqual(
            mlContext.MulticlassClassification.Evaluate(model.Transform(others)).MicroAccuracy,
            model.History!.Epochs[^1].ValidationAccuracy!.Value,
            1e-9);

        using var scope = NewDisposeScope();
        using FeatureNetwork network = model.CreateNetwork();
        using Checkpoint checkpoint = CheckpointFile.Read(Directory.GetFiles(folder.Path).Order(StringComparer.Ordinal).Last());
        foreach ((string name, Tensor weight) in network.state_dict())
        {
            Assert.IsTrue(weight.equal(checkpoint.Tensors["average." + name]).all().ToBoolean(), name);
        }

        // The weights of the last step are others, kept in float32.
        Tensor last = checkpoint.Tensors["student.conv1.weight"];
        Assert.AreEqual(ScalarType.Float32, last.dtype);
        Assert.IsFalse(last.equal(network.state_dict()["conv1.weight"]).all().ToBoolean());
    }
}
