using System.Text.Json;
using static TorchSharp.torch;

namespace WCoRD.MLNet.Tests;

/// <summary>The networks for photographs against torchvision's own numbers, whatever files of that form the folder holds.</summary>
[TestClass]
[TestCategory("Golden")]
public sealed class PhotographGoldenTests
{
    private const string Prefix = "torchvision-";

    public static IEnumerable<object[]> Files() => ReferenceFolder.Files(Prefix + "*.json").Select(file => new object[] { Path.GetFileNameWithoutExtension(file)[Prefix.Length..] });

    [TestMethod]
    public void OwnFolder_Listed_HoldsFiveNetworks()
    {
        if (ReferenceFolder.IsOwn)
        {
            CollectionAssert.IsSubsetOf(new[] { "resnet18", "resnet50", "mobilenet_v2", "mobilenet_v3_small", "efficientnet_b0" }, Files().Select(row => row[0]).ToArray());
        }
    }

    [TestMethod]
    [DynamicData(nameof(Files))]
    public void Network_FilledByName_AgreesWithTorchvision(string file)
    {
        LongTest.RequireUnless(LongTest.EverydayNetworks.Contains(file));
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(ReferenceFolder.Path, $"{Prefix}{file}.json")));
        JsonElement golden = document.RootElement;
        int classes = golden.GetProperty("classes").GetInt32();
        long[] input = [.. NetworkGoldenTests.Numbers(golden.GetProperty("input")).Select(length => (long)length)];
        using var scope = NewDisposeScope();
        using FeatureNetwork network = NetworkCatalog.Create(golden.GetProperty("network").GetString()!, classes, (int)input[1]);

        Dictionary<string, Tensor> state = network.state_dict();
        string[] expectedState = [.. golden.GetProperty("state").EnumerateArray().Select(item => $"{item.GetProperty("name").GetString()} [{string.Join(", ", NetworkGoldenTests.Numbers(item.GetProperty("shape")))}]")];
        CollectionAssert.AreEqual(expectedState, state.Select(item => $"{item.Key} [{string.Join(", ", item.Value.shape)}]").ToArray());
        Assert.AreEqual(golden.GetProperty("parameters").GetInt64(), network.parameters().Sum(parameter => parameter.numel()));
        Assert.AreEqual(golden.GetProperty("feature_size").GetInt32(), network.FeatureSize);
        using (no_grad())
        {
            foreach ((string name, Tensor value) in state.Where(item => item.Value.is_floating_point()))
            {
                value.copy_(ReferenceTensors.Fill(name, value.shape));
            }

            network.eval();
            NetworkOutput output = network.Compute(ReferenceTensors.Uniform("input", -1, 1, input));
            NetworkGoldenTests.AssertClose(Rows(golden, "eval_logits"), output.Logits);
            NetworkGoldenTests.AssertClose(Rows(golden, "eval_feature_first16"), output.Features[.., ..16]);
            NetworkGoldenTests.AssertClose(Rows(golden, "eval_feature_sum"), output.Features.sum(1));
            CollectionAssert.AreEqual(new[] { 2L, 4, 8, 16, 32 }, output.StageMaps.Select(map => input[2] / map.shape[2]).ToArray(), "One map of each resolution.");
        }

        if (golden.TryGetProperty("train_loss", out JsonElement loss))
        {
            CheckTraining(network, classes, input, loss.GetDouble(), golden.GetProperty("train_grad_norm").GetDouble());
        }
    }

    private static void CheckTraining(FeatureNetwork network, int classes, long[] input, double expectedLoss, double expectedNorm)
    {
        using var scope = NewDisposeScope();
        network.train();
        long[] labels = Array.ConvertAll(ReferenceTensors.Numbers("train_label", 8), u => (long)(classes * u));
        Tensor logits = network.Compute(ReferenceTensors.Uniform("train_input", -1, 1, [8, .. input[1..]])).Logits;
        Tensor loss = nn.functional.cross_entropy(logits, tensor(labels));
        Assert.AreEqual(expectedLoss, loss.item<float>(), 1e-5 + (1e-4 * expectedLoss));
        loss.backward();
        double squares = network.parameters().Sum(parameter => (double)parameter.grad!.square().sum().item<float>());
        Assert.AreEqual(expectedNorm, Math.Sqrt(squares), 1e-2 * expectedNorm);
    }

    /// <summary>A list of numbers, or of lists of them, row by row.</summary>
    private static double[] Rows(JsonElement golden, string name) =>
        [.. golden.GetProperty(name).EnumerateArray().SelectMany(row => row.ValueKind == JsonValueKind.Array ? NetworkGoldenTests.Numbers(row) : [row.GetDouble()])];
}
