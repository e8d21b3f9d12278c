using Microsoft.ML;
using TorchSharp;
using static TorchSharp.torch;

namespace WCoRD.MLNet.Tests;

/// <summary>Trainings that begin with the weights of a file.</summary>
[TestClass]
public sealed class InitialWeightsTests : IDisposable
{
    private readonly MLContext _mlContext = new(1);
    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _log = [];

    public InitialWeightsTests() => _mlContext.Log += (_, line) => _log.Add(line.Message);

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    [DataRow("mobilenet_v3_small", "weights.safetensors", false, "features.12.0.weight", "classifier.3.weight")]
    [DataRow("resnet18", "resnet18-f37072fd.pth", false, "layer2.0.conv1.weight", "fc.weight")]
    [DataRow("mobilenet_v3_small", "published.pth", true, "features.12.0.weight", "classifier.3.weight")]
    public void Fit_WeightsOfAThousandClasses_KeepsAllButTheClassifier(string network, string file, bool legacy, string layer, string classifier)
    {
        LongTest.RequireUnless(network == "mobilenet_v3_small" && !legacy);
        string path = Published(network, 1000, file, legacy);
        using var scope = NewDisposeScope();
        Dictionary<string, Tensor> weights = Train(Options(network, path)), alone = Train(Options(network, null));
        Assert.IsTrue(_log.Any(line => line.Contains($"initial weights of {network} from '{path}' (1000 classes): the classifier is made anew for 4 classes", StringComparison.Ordinal)), string.Join('\n', _log));

        // A learning rate that moves nothing: what the file holds is still there, and the classifier is the seed's.
        Assert.IsTrue(weights[layer].allclose(ReferenceTensors.Fill(layer, weights[layer].shape)));
        Assert.IsTrue(weights[classifier].allclose(alone[classifier]));
        Assert.IsFalse(alone[layer].allclose(weights[layer]));
    }

    [TestMethod]
    public void Fit_WeightsOfTimmInAStudent_AreFoundByTheirNames()
    {
        string path = _folder.File("mobilenetv3_small_100.safetensors");
        using var scope = NewDisposeScope();
        Write(path, TimmState.Of("mobilenet_v3_small", 1000).Select(item => (item.Name, ReferenceTensors.Fill(item.Name, item.Shape))));
        using NetworkTeacher teacher = Teacher.FromNetwork(NetworkCatalog.Create("resnet8", 4, 3, new Generator(1)), InputNormalization.ImageNet);
        var options = new DistillationOptions { Student = "mobilenet_v3_small", InitialWeights = path, Normalization = InputNormalization.ImageNet, SoftTargetWeight = 1, Epochs = 1, BatchSize = 32, LearningRate = 1e-12, CropPadding = 0, Seed = 1 };
        using NetworkTransformer model = new DistillationEstimator(_mlContext, teacher, options).Fit(TinyImages.View(_mlContext, 32));
        Assert.IsTrue(State(model)["features.12.0.weight"].allclose(ReferenceTensors.Fill("blocks.5.0.conv.weight", 576, 96, 1, 1)));
        Assert.IsTrue(_log.Any(line => line.Contains("(1000 classes): the classifier is made anew for 4 classes", StringComparison.Ordinal)));
    }

    [TestMethod]
    public void Fit_WeightsOfTheSameClasses_KeepsTheClassifier()
    {
        string path = Published("mobilenet_v3_small", 4, "four.safetensors");
        using var scope = NewDisposeScope();
        Assert.IsTrue(Train(Options("mobilenet_v3_small", path))["classifier.3.bias"].allclose(ReferenceTensors.Fill("classifier.3.bias", 4)));
        Assert.IsFalse(_log.Any(line => line.Contains("made anew", StringComparison.Ordinal)));
    }

    [TestMethod]
    public void Fit_ModelOfThisLibrary_GivesItsNormalizationToo()
    {
        string path = _folder.File("model.zip");
        NetworkTrainingOptions first = Options("resnet8", null);
        first.Normalization = new InputNormalization(1 / 200f, [0.1f, 0.2f, 0.3f], [0.4f, 0.5f, 0.6f]);
        IDataView rows = TinyImages.View(_mlContext, 32);
        using (NetworkTransformer model = new NetworkTrainingEstimator(_mlContext, first).Fit(rows))
        {
            _mlContext.Model.Save(model, rows.Schema, path);
        }

        using NetworkTransformer next = Fit(Options("resnet8", path)), named = Fit(Options("resnet8", path, InputNormalization.ImageNet));
        CollectionAssert.AreEqual(first.Normalization.Mean.ToArray(), next.Normalization.Mean.ToArray());
        CollectionAssert.AreEqual(InputNormalization.ImageNet.Mean.ToArray(), named.Normalization.Mean.ToArray());
        using var scope = NewDisposeScope();
        Assert.IsFalse(_log.Any(line => line.Contains("made anew", StringComparison.Ordinal)));

        // As many classes, but others.
        IDataView renamed = TinyImages.View(_mlContext, TinyImages.Rows(32).Select(row => new TinyImages.Row { Pixels = row.Pixels, Class = "x" + row.Class }));
        using NetworkTransformer other = new NetworkTrainingEstimator(_mlContext, Options("resnet8", path)).Fit(renamed);
        Assert.IsTrue(_log.Any(line => line.Contains("(4 classes, which are others or in another order): the classifier is made anew for 4 classes", StringComparison.Ordinal)));

        StringAssert.Contains(Refused(Options("resnet20", path)), $"InitialWeights: '{path}' holds network 'resnet8', expected 'resnet20'");
    }

    [TestMethod]
    public void Fit_FileThatDoesNotFit_IsRefusedBeforeRowsAreRead()
    {
        string weights = Published("resnet18", 1000, "resnet18.safetensors"), text = _folder.File("page.pth");
        File.WriteAllText(text, "<html>404</html>");
        StringAssert.Contains(Refused(Options("resnet34", weights)), $"InitialWeights: '{weights}' does not fit network 'resnet34' with 4 classes and 3 input channels: missing 'layer1.2.conv1.weight' [64, 64, 3, 3]");
        StringAssert.Contains(Refused(Options("resnet18", text)), $"InitialWeights: '{text}' is no file of weights (safetensors, a state dictionary of torch.save, or a model that this library saved): it is a web page");

        string absent = _folder.File("absent.pth");
        NetworkTrainingOptions options = Options("resnet18", absent);
        StringAssert.Contains(Assert.ThrowsExactly<FileNotFoundException>(() => new NetworkTrainingEstimator(_mlContext, options).Fit(Unread())).Message, $"InitialWeights is '{absent}': the file does not exist");
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => Options("resnet18", " ").Validate()).Message, "InitialWeights is ' ': expected a file or null");
    }

    [TestMethod]
    public void Load_OtherInputChannels_SaysWhatTheFileWasMadeFor()
    {
        using var scope = NewDisposeScope();
        using FeatureNetwork colours = NetworkCatalog.Create("resnet18", 1000, 3, new Generator(1)), grey = NetworkCatalog.Create("resnet18", 4, 1, new Generator(1));
        string message = Assert.ThrowsExactly<FormatException>(() => NetworkWeights.Load(grey, colours.state_dict(), "resnet18.pth", otherClasses: true)).Message;
        StringAssert.Contains(message, "'conv1.weight': found shape [64, 3, 7, 7], expected [64, 1, 7, 7] (it was made for images of 3 channels, not 1)");
        Assert.DoesNotContain("fc.weight", message);
    }

    [TestMethod]
    [TestCategory("Long")]
    public void Fit_ResumedWithOtherWeights_IsRefused_AndWithTheSameElsewhereGoesOn()
    {
        LongTest.Require();
        string first = Published("mobilenet_v3_small", 4, "first.safetensors"), moved = _folder.File("moved.safetensors");
        NetworkTrainingOptions options = Options("mobilenet_v3_small", first);
        options.CheckpointFolder = _folder.File("run");
        using (Fit(options))
        {
        }

        File.Move(first, moved);
        (options.InitialWeights, options.Resume, options.Epochs) = (moved, true, 2);
        using (NetworkTransformer gone = Fit(options))
        {
            Assert.HasCount(2, gone.History!.Epochs);
            StringAssert.Contains(gone.History.Run["initial weights"], "SHA-256 ");
        }

        options.InitialWeights = Published("mobilenet_v3_small", 5, "other.safetensors");
        StringAssert.Contains(Assert.ThrowsExactly<InvalidOperationException>(() => Fit(options)).Message, "- initial weights is SHA-256 ");
        options.InitialWeights = null;
        StringAssert.Contains(Assert.ThrowsExactly<InvalidOperationException>(() => Fit(options)).Message, "- initial weights is absent, and was SHA-256 ");
    }

    [TestMethod]
    public void Teacher_OfPublishedWeights_Teaches()
    {
        string timm = _folder.File("efficientnet_b0.safetensors"), torchvision = Published("mobilenet_v2", 10, "mobilenet_v2.pth");
        using var scope = NewDisposeScope();
        Write(timm, TimmState.Of("efficientnet_b0", 10).Select(item => (item.Name, ReferenceTensors.Fill(item.Name, item.Shape))));
        using NetworkTeacher first = Teacher.FromSafetensors("efficientnet_b0", timm, 10, 3, InputNormalization.ImageNet), second = Teacher.FromPyTorch("mobilenet_v2", torchvision, 10, 3, InputNormalization.ImageNet);
        Assert.AreEqual((1280, 1280), (first.FeatureSize, second.FeatureSize));
    }

    [TestMethod]
    public void ImageNet_Normalization_IsThatOfTorchvisionsWeights()
    {
        using var scope = NewDisposeScope();
        Tensor normalized = InputNormalization.ImageNet.Apply(full(1, 3, 1, 1, 255f));
        double[] expected = [(1 - 0.485) / 0.229, (1 - 0.456) / 0.224, (1 - 0.406) / 0.225];
        for (int channel = 0; channel < 3; channel++)
        {
            Assert.AreEqual(expected[channel], normalized[0, channel, 0, 0].ToDouble(), 1e-5);
        }
    }

    private static NetworkTrainingOptions Options(string network, string? weights, InputNormalization? normalization = null) => new()
    {
        Network = network,
        InitialWeights = weights,
        Normalization = normalization,
        Epochs = 1,
        BatchSize = 32,
        LearningRate = 1e-12,
        CropPadding = 0,
        Seed = 1,
    };

    private NetworkTransformer Fit(NetworkTrainingOptions options) => new NetworkTrainingEstimator(_mlContext, options).Fit(TinyImages.View(_mlContext, 32));

    private Dictionary<string, Tensor> Train(NetworkTrainingOptions options)
    {
        using NetworkTransformer model = Fit(options);
        return State(model);
    }

    private static Dictionary<string, Tensor> State(NetworkTransformer model) => new(Safetensors.Read(new MemoryStream(model.Weights.ToArray()), "model"));

    private string Refused(NetworkTrainingOptions options) => Assert.ThrowsExactly<FormatException>(() => new NetworkTrainingEstimator(_mlContext, options).Fit(Unread())).Message;

    private UnreadView Unread() => new(TinyImages.View(_mlContext, 32).Schema);

    /// <summary>A file of torchvision's names and shapes, filled by name.</summary>
    private string Published(string network, int classes, string file, bool legacy = false)
    {
        string path = _folder.File(file);
        using var scope = NewDisposeScope();
        using FeatureNetwork made = NetworkCatalog.Create(network, classes, 3, new Generator(1));
        // The oldest published files have no counters.
        (string Name, Tensor Value)[] state = [.. made.state_dict().Where(item => item.Value.is_floating_point()).Select(item => (item.Key, ReferenceTensors.Fill(item.Key, item.Value.shape)))];
        if (file.EndsWith(".safetensors", StringComparison.Ordinal))
        {
            Write(path, state);
            return path;
        }

        var writer = new PyTorchFileWriter();
        foreach ((int i, (string name, Tensor value)) in state.Index())
        {
            writer[name] = PyTorchFileWriter.Entry.Of("FloatStorage", $"{i}", value.data<float>().ToArray(), [.. value.shape.Select(length => (int)length)]);
        }

        writer.Write(path, writer.State(), legacy);
        return path;
    }

    private static void Write(string path, IEnumerable<(string Name, Tensor Value)> tensors)
    {
        using FileStream stream = File.Create(path);
        Safetensors.Write(stream, tensors);
    }

    /// <summary>Rows that nobody may read.</summary>
    private sealed class UnreadView(DataViewSchema schema) : IDataView
    {
        public DataViewSchema Schema => schema;

        public bool CanShuffle => false;

        public long? GetRowCount() => null;

        public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) => throw new AssertFailedException("A row was read.");

        public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) => throw new AssertFailedException("A row was read.");
    }
}
