using System.Text.Json;
using static TorchSharp.torch;

namespace WCoRD.MLNet.Tests;

[TestClass]
[TestCategory("Golden")]
public sealed class NetworkGoldenTests
{
    private const int Classes = 100;

    public static IEnumerable<object[]> OwnFiles() => ReferenceFolder.Files("network-*.json")
        .Select(file => Path.GetFileNameWithoutExtension(file)["network-".Length..])
        .Where(NetworkCatalog.Names.Contains).Select(name => new object[] { name });

    [TestMethod]
    public void ReferenceFolder_Listed_HoldsNetworksOfTheCatalog() =>
        Assert.IsNotEmpty(OwnFiles(), $"No network-NAME.json of a network in the catalog was found in {ReferenceFolder.Path}.");

    [TestMethod]
    [DynamicData(nameof(OwnFiles))]
    public void Network_FilledByName_AgreesWithReference(string name)
    {
        LongTest.RequireUnless(LongTest.EverydayNetworks.Contains(name));
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(ReferenceFolder.Path, $"network-{name}.json")));
        JsonElement golden = document.RootElement;
        using var scope = NewDisposeScope();
        using FeatureNetwork network = NetworkCatalog.Create(name, Classes);

        (string Name, Tensor Value)[] state = [.. network.state_dict().Where(item => !item.Key.EndsWith("num_batches_tracked", StringComparison.Ordinal)).Select(item => (item.Key, item.Value))];
        string[] expectedState = [.. golden.GetProperty("state").EnumerateArray().Select(item => $"{item[0].GetString()} [{string.Join(", ", item[1].EnumerateArray().Select(length => length.GetInt64()))}]")];
        CollectionAssert.AreEqual(expectedState, state.Select(item => $"{item.Name} [{string.Join(", ", item.Value.shape)}]").ToArray());
        Assert.AreEqual(golden.GetProperty("parameters").GetInt64(), network.parameters().Sum(parameter => parameter.numel()));
        Assert.AreEqual(golden.GetProperty("feature_size").GetInt32(), network.FeatureSize);
        using (no_grad())
        {
            foreach ((string tensorName, Tensor value) in state)
            {
                value.copy_(ReferenceTensors.Fill(tensorName, value.shape));
            }
        }

        CheckEvaluation(network, golden);
        CheckTraining(network, golden);
    }

    private static void CheckEvaluation(FeatureNetwork network, JsonElement golden)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        network.eval();
        NetworkOutput output = network.Compute(ReferenceTensors.Uniform("input", -1, 1, 2, 3, 32, 32));
        AssertClose(Numbers(golden.GetProperty("eval_logits")), output.Logits);
        AssertClose([.. golden.GetProperty("eval_feature_first16").EnumerateArray().SelectMany(Numbers)], output.Features[.., ..16]);
        AssertClose(Numbers(golden.GetProperty("eval_feature_sum")), output.Features.sum(1));

        string[] shapes = [.. output.StageMaps.Append(output.Features).Select(map => string.Join("x", map.shape[1..]))];
        string[] expected = [.. golden.GetProperty("feature_shapes").EnumerateArray().Select(shape => string.Join("x", Numbers(shape)))];
        CollectionAssert.AreEqual(expected, shapes);
    }

    private static void CheckTraining(FeatureNetwork network, JsonElement golden)
    {
        using var scope = NewDisposeScope();
        network.train();
        double[] labels = ReferenceTensors.Numbers("train_label", 8);
        long[] classes = Array.ConvertAll(labels, u => (long)(Classes * u));
        CollectionAssert.AreEqual(Numbers(golden.GetProperty("train_labels")), Array.ConvertAll(classes, label => (double)label));

        Tensor logits = network.Compute(ReferenceTensors.Uniform("train_input", -1, 1, 8, 3, 32, 32)).Logits;
        Tensor loss = nn.functional.cross_entropy(logits, tensor(classes));
        double expectedLoss = golden.GetProperty("train_loss").GetDouble();
        Assert.AreEqual(expectedLoss, loss.item<float>(), 1e-5 + (1e-4 * expectedLoss));
        loss.backward();
        if (golden.TryGetProperty("train_grad_norm", out JsonElement norm))
        {
            double squares = network.parameters().Sum(parameter => (double)parameter.grad!.square().sum().item<float>());
            Assert.AreEqual(norm.GetDouble(), Math.Sqrt(squares), 1e-2 * norm.GetDouble());
        }
    }

    internal static double[] Numbers(JsonElement array) => [.. array.EnumerateArray().Select(item => item.GetDouble())];

    internal static void AssertClose(double[] expected, Tensor actual)
    {
        float[] found = actual.contiguous().data<float>().ToArray();
        Assert.HasCount(expected.Length, found);
        for (int i = 0; i < found.Length; i++)
        {
            Assert.AreEqual(expected[i], found[i], 1e-5 + (1e-4 * Math.Abs(expected[i])), $"element {i}");
        }
    }
}
