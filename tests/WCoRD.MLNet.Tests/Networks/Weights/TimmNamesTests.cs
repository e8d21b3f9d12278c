using TorchSharp;
using static TorchSharp.torch;

namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed class TimmNamesTests
{
    [TestMethod]
    [DataRow("mobilenet_v2", "blocks.0.0.conv_dw.weight", "features.1.conv.0.0.weight", "blocks.5.2.bn3.running_var", "features.16.conv.3.running_var")]
    [DataRow("mobilenet_v2", "blocks.3.1.conv_pwl.weight", "features.8.conv.2.weight", "bn2.bias", "features.18.1.bias")]
    [DataRow("mobilenet_v3_small", "blocks.0.0.se.conv_reduce.bias", "features.1.block.1.fc1.bias", "blocks.4.1.conv_dw.weight", "features.10.block.1.0.weight")]
    [DataRow("mobilenet_v3_small", "blocks.5.0.conv.weight", "features.12.0.weight", "conv_head.bias", "classifier.0.bias")]
    [DataRow("efficientnet_b0", "blocks.0.0.conv_pw.weight", "features.1.0.block.2.0.weight", "blocks.5.3.se.conv_expand.weight", "features.6.3.block.2.fc2.weight")]
    [DataRow("efficientnet_b0", "classifier.bias", "classifier.1.bias", "conv_head.weight", "features.8.0.weight")]
    public void Load_StateOfTimm_FitsWhateverItsOrderAndWrapper(string name, string timmFirst, string first, string timmSecond, string second)
    {
        using var scope = NewDisposeScope();
        foreach (string wrapper in (string[])["", "module.", "model."])
        {
            using FeatureNetwork network = NetworkCatalog.Create(name, 7, 3, new Generator(1));
            Dictionary<string, Tensor> file = TimmState.Of(name, 7).OrderBy(item => item.Name, StringComparer.Ordinal)
                .ToDictionary(item => wrapper + item.Name, item => ReferenceTensors.Fill(item.Name, item.Shape));
            Assert.AreEqual(network.parameters().Sum(parameter => parameter.numel()), file.Where(item => !item.Key.Contains("running", StringComparison.Ordinal)).Sum(item => item.Value.numel()));
            NetworkWeights.Load(network, file, "timm.pth");
            Dictionary<string, Tensor> state = network.state_dict();
            Assert.IsTrue(state[first].equal(file[wrapper + timmFirst]).all().ToBoolean(), timmFirst);
            Assert.IsTrue(state[second].equal(file[wrapper + timmSecond]).all().ToBoolean(), timmSecond);
        }
    }

    [TestMethod]
    public void Load_MobileNetV3OfTimm_GivesWhatItsNormsGive()
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using FeatureNetwork network = NetworkCatalog.Create("mobilenet_v3_small", 7, 3, new Generator(1));
        Dictionary<string, Tensor> file = TimmState.Of("mobilenet_v3_small", 7).ToDictionary(item => item.Name, item => ReferenceTensors.Fill(item.Name, item.Shape));
        // A channel that hardly varies, where 1e-3 would be all of the norm.
        file["bn1.running_var"].fill_(1e-5);
        NetworkWeights.Load(network, file, "timm.pth");
        network.eval();

        // timm's norm: (x - mean) / sqrt(var + 1e-5) * weight + bias, then hard swish: the first map, as the stem is at half the image's side.
        Tensor input = ReferenceTensors.Uniform("input", -1, 1, 1, 3, 32, 32);
        Tensor map = nn.functional.conv2d(input, file["conv_stem.weight"], strides: [2, 2], padding: [1, 1]);
        Tensor Channel(string name) => file[name].view(1, -1, 1, 1);
        map = ((map - Channel("bn1.running_mean")) / (Channel("bn1.running_var") + 1e-5).sqrt() * Channel("bn1.weight")) + Channel("bn1.bias");
        Tensor expected = map * (map + 3).clamp(0, 6) / 6;
        Assert.IsTrue(network.Compute(input).StageMaps[0].allclose(expected, 1e-4, 1e-4));
    }

    [TestMethod]
    public void Load_AnotherNetworkOfTimm_ListsTheNamesOfTheFile()
    {
        using var scope = NewDisposeScope();
        using FeatureNetwork network = NetworkCatalog.Create("mobilenet_v2", 7, 3, new Generator(1));
        Dictionary<string, Tensor> file = TimmState.Of("efficientnet_b0", 7).ToDictionary(item => item.Name, item => zeros(item.Shape));
        string message = Assert.ThrowsExactly<FormatException>(() => NetworkWeights.Load(network, file, "b0.pth")).Message;
        StringAssert.Contains(message, "'b0.pth' does not fit network 'mobilenet_v2' with 7 classes");
        StringAssert.Contains(message, "unexpected 'conv_stem.weight' [32, 3, 3, 3]");
    }
}
