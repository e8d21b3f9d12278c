using TorchSharp;
using static TorchSharp.torch;

namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed class NetworkWeightsTests
{
    [TestMethod]
    [DataRow("resnet8x4")]
    [DataRow("vgg8")]
    public void Save_ThenLoad_GivesSameWeightsBitForBit(string name)
    {
        using FeatureNetwork source = Make(1, name);
        using FeatureNetwork target = Make(2, name);
        byte[] saved = NetworkWeights.Save(source);
        CollectionAssert.AreNotEqual(saved, NetworkWeights.Save(target));
        NetworkWeights.Load(target, new MemoryStream(saved), "saved");
        CollectionAssert.AreEqual(saved, NetworkWeights.Save(target));
    }

    [TestMethod]
    public void Load_FromPath_GivesSameWeights()
    {
        string path = Path.GetTempFileName();
        try
        {
            using FeatureNetwork source = Make(1);
            using FeatureNetwork target = Make(2);
            File.WriteAllBytes(path, NetworkWeights.Save(source));
            NetworkWeights.Load(target, path);
            CollectionAssert.AreEqual(NetworkWeights.Save(source), NetworkWeights.Save(target));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [TestMethod]
    public void Load_WithoutCounters_Works() => AssertLoads(state =>
        state.Where(item => !item.Name.EndsWith("num_batches_tracked", StringComparison.Ordinal)));

    [TestMethod]
    [DataRow("classifier")]
    [DataRow("linear")]
    public void Load_ClassifierUnderAnotherName_Works(string classifier) => AssertLoads(state =>
        state.Select(item => (item.Name.Replace("fc.", classifier + ".", StringComparison.Ordinal), item.Value)));

    [TestMethod]
    [DataRow("module.")]
    [DataRow("model.")]
    [DataRow("_orig_mod.")]
    [DataRow("module._orig_mod.")]
    [DataRow("model.module.")]
    public void Load_NamesOfAWrapper_Works(string wrapper) => AssertLoads(state =>
        state.Select(item => (wrapper + item.Name, item.Value)).Append(("n_averaged", tensor(3L))).Append((wrapper + "extra.num_batches_tracked", tensor(3L))));

    [TestMethod]
    public void Load_WrapperOfAnotherNetwork_ListsTheNamesOfTheFile() => AssertRefused(
        state => state.Where(item => item.Name.StartsWith("fc.", StringComparison.Ordinal)).Select(item => ("module.other." + item.Name, item.Value)), "unexpected 'module.other.fc.weight'", "missing 'conv1.weight'");

    [TestMethod]
    public void Load_Weights_StayTrainableParameters()
    {
        using FeatureNetwork network = Make(1);
        NetworkWeights.Load(network, new MemoryStream(NetworkWeights.Save(network)), "saved");
        Assert.IsTrue(network.parameters().All(parameter => parameter.requires_grad && parameter.is_leaf));
    }

    [TestMethod]
    public void Load_MissingTensors_ListsThem() => AssertRefused(
        state => state.Where(item => !item.Name.StartsWith("bn1.", StringComparison.Ordinal)),
        "missing 'bn1.weight' [16]", "missing 'bn1.bias' [16]", "missing 'bn1.running_mean' [16]", "missing 'bn1.running_var' [16]");

    [TestMethod]
    public void Load_UnexpectedTensors_ListsThem() => AssertRefused(
        state => state.Append(("bn9.weight", ones(3))).Append(("extra", ones(2, 1))), "unexpected 'bn9.weight' [3]", "unexpected 'extra' [2, 1]");

    [TestMethod]
    public void Load_WrongShapes_ListsFoundAndExpected() => AssertRefused(
        state => state.Select(item => item.Name == "fc.weight" ? (item.Name, zeros(10, 64)) : item.Name == "fc.bias" ? (item.Name, zeros(10)) : item),
        "'fc.weight': found shape [10, 64], expected [4, 64]", "'fc.bias': found shape [10], expected [4]");

    [TestMethod]
    public void Load_IntegerWeights_Refuses() => AssertRefused(
        state => state.Select(item => item.Name == "fc.bias" ? (item.Name, zeros(4, ScalarType.Int64)) : item), "'fc.bias': found Int64, expected Float32");

    [TestMethod]
    public void Load_ClassifierTwice_Refuses() => AssertRefused(
        state => state.Append(("linear.bias", zeros(4))), "'linear.bias' is a second tensor for 'fc.bias'");

    [TestMethod]
    public void Load_Repeated_LeavesNoTensor()
    {
        using FeatureNetwork network = Make(1);
        byte[] saved = NetworkWeights.Save(network);
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        NetworkWeights.Load(network, new MemoryStream(saved), "saved");
        NetworkWeights.Save(network);
        Assert.ThrowsExactly<FormatException>(() => NetworkWeights.Load(network, new MemoryStream(saved[..^1]), "saved"));
        Assert.AreEqual(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [TestMethod]
    [DataRow("resnet8")]
    [DataRow("MobileNetV2")]
    [DataRow("mobilenet_v3_small")]
    public void OrderClasses_OfTheLastLayer_MovesItsScores(string name)
    {
        using var scope = NewDisposeScope();
        using FeatureNetwork network = Make(1, name);
        network.eval();
        Tensor input = rand(1, 3, 32, 32, generator: new Generator(2)), before = network.forward(input);
        NetworkWeights.OrderClasses(network, [2, 0, 3, 1]);
        Assert.IsTrue(network.forward(input).allclose(before.index_select(1, tensor(new long[] { 2, 0, 3, 1 }))));
    }

    private static FeatureNetwork Make(ulong seed, string name = "resnet8")
    {
        using Generator generator = new(seed);
        return NetworkCatalog.Create(name, 4, 3, generator);
    }

    private static MemoryStream Changed(FeatureNetwork network, Func<IEnumerable<(string Name, Tensor Value)>, IEnumerable<(string Name, Tensor Value)>> change)
    {
        MemoryStream stream = new();
        Safetensors.Write(stream, change(network.state_dict().Select(item => (item.Key, item.Value))));
        stream.Position = 0;
        return stream;
    }

    private static void AssertLoads(Func<IEnumerable<(string Name, Tensor Value)>, IEnumerable<(string Name, Tensor Value)>> change)
    {
        using var scope = NewDisposeScope();
        using FeatureNetwork source = Make(1);
        using FeatureNetwork target = Make(2);
        NetworkWeights.Load(target, Changed(source, change), "changed");
        CollectionAssert.AreEqual(NetworkWeights.Save(source), NetworkWeights.Save(target));
    }

    private static void AssertRefused(Func<IEnumerable<(string Name, Tensor Value)>, IEnumerable<(string Name, Tensor Value)>> change, params string[] messages)
    {
        using var scope = NewDisposeScope();
        using FeatureNetwork source = Make(1);
        using FeatureNetwork target = Make(2);
        byte[] before = NetworkWeights.Save(target);
        FormatException exception = Assert.ThrowsExactly<FormatException>(() => NetworkWeights.Load(target, Changed(source, change), "my.safetensors"));
        StringAssert.Contains(exception.Message, "'my.safetensors' does not fit network 'resnet8' with 4 classes");
        foreach (string message in messages)
        {
            StringAssert.Contains(exception.Message, message);
        }

        CollectionAssert.AreEqual(before, NetworkWeights.Save(target), "A refused file changes nothing.");
    }
}
