using Microsoft.ML;
using Microsoft.ML.Data;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace WCoRD.MLNet.Tests;

/// <summary>A network of one's own, under a name.</summary>
[TestClass]
public sealed class OwnNetworkTests
{
    private const string Name = "tiny-own";
    private readonly MLContext _mlContext = new(1);

    [ClassInitialize]
    public static void Register(TestContext context) => NetworkCatalog.Register(Name, (classes, inputChannels) => new TinyNetwork(Name, classes, inputChannels));

    [TestMethod]
    public void Registered_AsStudentAndTeacher_TrainsSavesAndLoads()
    {
        IDataView data = TinyImages.View(_mlContext, 160);
        using NetworkTransformer taught = new NetworkTrainingEstimator(_mlContext, new NetworkTrainingOptions { Network = Name, Epochs = 4, BatchSize = 16, CropPadding = 0, HorizontalFlip = false, Seed = 1 }).Fit(data);
        using NetworkTeacher teacher = Teacher.FromModel(taught);
        Assert.AreEqual(Name, teacher.NetworkName);
        var options = new WcordDistillationOptions { Student = Name, Epochs = 4, BatchSize = 16, CropPadding = 0, HorizontalFlip = false, EmbeddingSize = 8, SoftTargetWeight = 1, Seed = 2 };
        using NetworkTransformer student = new WcordDistillationEstimator(_mlContext, teacher, options).Fit(data);
        Assert.IsGreaterThan(0.9, _mlContext.MulticlassClassification.Evaluate(student.Transform(data)).MicroAccuracy);

        using var stream = new MemoryStream();
        _mlContext.Model.Save(student, data.Schema, stream);
        stream.Position = 0;
        using var loaded = (NetworkTransformer)new MLContext().Model.Load(stream, out _);
        CollectionAssert.AreEqual(student.Transform(data).GetColumn<float[]>("Score").Last(), loaded.Transform(data).GetColumn<float[]>("Score").Last());
    }

    [TestMethod]
    public void Create_SameGenerator_GivesTheSameWeights()
    {
        using FeatureNetwork first = NetworkCatalog.Create(Name, 4, 3, new Generator(5)), second = NetworkCatalog.Create(Name, 4, 3, new Generator(5)), other = NetworkCatalog.Create(Name, 4, 3, new Generator(6));
        CollectionAssert.AreEqual(NetworkWeights.Save(first), NetworkWeights.Save(second));
        CollectionAssert.AreNotEqual(NetworkWeights.Save(first), NetworkWeights.Save(other));
    }

    [TestMethod]
    public void FromNetwork_OfOnesOwn_Teaches()
    {
        using var scope = NewDisposeScope();
        using NetworkTeacher teacher = Teacher.FromNetwork(new TinyNetwork("never registered", 4, 3), new InputNormalization(1, [0, 0, 0], [1, 1, 1]));
        CollectionAssert.AreEqual(new long[] { 2, 4 }, teacher.Compute(zeros(2, 3, 8, 8)).Logits.shape);
    }

    [TestMethod]
    public void Register_NameOfTheLibrary_IsRefused() =>
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => NetworkCatalog.Register("resnet8", (_, _) => null!)).Message, "'resnet8' is a network of this library");

    [TestMethod]
    public void Create_RegisteredUnderAnotherName_SaysBoth()
    {
        NetworkCatalog.Register("misnamed", (classes, inputChannels) => new TinyNetwork("other", classes, inputChannels));
        StringAssert.Contains(Assert.ThrowsExactly<InvalidOperationException>(() => NetworkCatalog.Create("misnamed", 4)).Message, "What was registered as 'misnamed' made a network 'other'");
        // Again, now rightly.
        NetworkCatalog.Register("misnamed", (classes, inputChannels) => new TinyNetwork("misnamed", classes, inputChannels));
        using FeatureNetwork network = NetworkCatalog.Create("misnamed", 4);
        Assert.AreEqual(1, NetworkCatalog.Names.Count(name => name == "misnamed"));
    }

    /// <summary>One convolution and one linear layer.</summary>
    private sealed class TinyNetwork : FeatureNetwork
    {
        private readonly Conv2d _convolution;
        private readonly Linear _linear;

        public TinyNetwork(string name, int classes, int inputChannels)
            : base(name, classes, inputChannels)
        {
            _convolution = nn.Conv2d(inputChannels, 12, 4, stride: 4);
            _linear = nn.Linear(FeatureSize, classes);
            register_module("convolution", _convolution);
            register_module("linear", _linear);
        }

        public override int FeatureSize => 48;

        public override NetworkOutput Compute(Tensor input)
        {
            using var scope = NewDisposeScope();
            Tensor map = _convolution.call(input).relu();
            Tensor features = nn.functional.adaptive_avg_pool2d(map, 2).flatten(1);
            return new NetworkOutput([map], features, _linear.call(features)).MoveToOuterDisposeScope();
        }
    }
}
