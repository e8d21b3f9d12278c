using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.ML;
using Microsoft.ML.Data;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed partial class InputSizeTests
{
    private static readonly InputNormalization AsIs = new(1, [0, 0, 0], [1, 1, 1]);
    private readonly MLContext _mlContext = new(1);
    private Action? _read;

    public static IEnumerable<string> Names => NetworkCatalog.Names.Where(name => !name.Contains("own", StringComparison.Ordinal) && name is not "misnamed" and not "small");

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void Try_AllSmallSizes_GivesNumbersOrSaysTheSmallest(string name)
    {
        LongTest.RequireUnless(LongTest.EverydayNetworks.Contains(name));
        using var frozen = no_grad();
        using FeatureNetwork network = NetworkCatalog.Create(name, 4, 3, new Generator(1));
        (int, int)[] sizes = [.. Enumerable.Range(1, 9).Select(side => (side, side)), (16, 16), (1, 16), (16, 1), (7, 8), (8, 7)];
        foreach ((int height, int width) in sizes)
        {
            // From the architecture: VGG halves its map three times, rounding down; all others round up.
            bool works = !name.StartsWith("vgg", StringComparison.Ordinal) || (height >= 8 && width >= 8);
            if (!works)
            {
                string message = Assert.ThrowsExactly<ArgumentException>(() => network.ShapesFor(height, width)).Message;
                StringAssert.Contains(message, $"Network '{name}' cannot take images of 3 x {height} x {width}");
                Assert.AreEqual(8, int.Parse(Smallest().Match(message).Groups[1].Value, CultureInfo.InvariantCulture));
                Assert.DoesNotContain('\n', message);
                continue;
            }

            using var scope = NewDisposeScope();
            OutputShapes shapes = network.ShapesFor(height, width);
            if (height > 2 && !name.StartsWith("vgg", StringComparison.Ordinal))
            {
                continue;
            }

            network.eval();
            NetworkOutput output = network.Compute(Images(2, height, width));
            network.train();
            CollectionAssert.AreEqual(shapes.StageMaps.ToArray(), output.StageMaps.Select(map => (map.shape[1], map.shape[2], map.shape[3])).ToArray());
            foreach (Tensor values in output.StageMaps.Append(output.Features).Append(output.Logits))
            {
                Assert.IsTrue(values.numel() > 0 && values.isfinite().all().ToBoolean(), $"{height} x {width}");
            }
        }

        Assert.IsTrue(network.training, "Trying leaves the network as it was.");
    }

    [TestMethod]
    public void Fit_StudentOrTeacherThatNeedsMore_SaysSoBeforeRowsAreRead()
    {
        IDataView data = Rows(4, side: 4, count: 8);
        _read = () => Assert.Fail("A row was read.");
        using NetworkTeacher big = Teacher.FromNetwork(NetworkCatalog.Create("vgg8", 4, 3, new Generator(1)), AsIs), small = Teacher.FromNetwork(NetworkCatalog.Create("resnet8", 4, 3, new Generator(1)), AsIs);
        foreach (Action fit in (Action[])
        [
            () => new NetworkTrainingEstimator(_mlContext, new NetworkTrainingOptions { Network = "vgg8", Epochs = 1 }).Fit(data),
            () => new WcordDistillationEstimator(_mlContext, small, new WcordDistillationOptions { Student = "vgg8", Epochs = 1 }).Fit(data),
            () => new WcordDistillationEstimator(_mlContext, big, new WcordDistillationOptions { Student = "resnet8", Epochs = 1 }).Fit(data),
            () => new DistillationEstimator(_mlContext, big, new DistillationOptions { Student = "resnet8", Epochs = 1, SoftTargetWeight = 1 }).Fit(data),
            () => big.ToTransformer(_mlContext, data.Schema),
        ])
        {
            StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(fit).Message, "Network 'vgg8' cannot take images of 3 x 4 x 4 (channels x height x width)");
        }
    }

    [TestMethod]
    [TestCategory("Long")]
    public void Fit_EveryNetworkOnItsSmallestImagesWithARemainderOfOne_ScoresNumbers()
    {
        LongTest.Require();
        foreach (string network in NetworkCatalog.Names.Where(name => !name.StartsWith("own-", StringComparison.Ordinal)))
        {
            int side = Enumerable.Range(1, 16).First(side => Takes(network, side));
            var options = new NetworkTrainingOptions { Network = network, Epochs = 1, BatchSize = 4, LearningRate = 0.005, CropPadding = 0, Seed = 1 };
            IDataView rows = Rows(4, side, count: 9);
            using NetworkTransformer model = new NetworkTrainingEstimator(_mlContext, options).Fit(rows);
            Assert.IsTrue(model.Transform(rows).GetColumn<float[]>("Score").SelectMany(scores => scores).All(float.IsFinite), network);

            options.BatchSize = 1;
            string? refused = null;
            try
            {
                using NetworkTransformer single = new NetworkTrainingEstimator(_mlContext, options).Fit(rows);
                Assert.IsTrue(single.Transform(rows).GetColumn<float[]>("Score").SelectMany(scores => scores).All(float.IsFinite), network);
            }
            catch (ArgumentException fault)
            {
                refused = fault.Message;
            }

            Assert.IsTrue(refused?.StartsWith("BatchSize is 1, but the last maps of", StringComparison.Ordinal) ?? true, refused);
        }

        static bool Takes(string network, int side)
        {
            using FeatureNetwork tried = NetworkCatalog.Create(network, 4, 3, new Generator(1));
            try
            {
                _ = tried.ShapesFor(side, side);
                return true;
            }
            catch (ArgumentException)
            {
                return false;
            }
        }
    }

    [TestMethod]
    public void Try_NetworkOfOnesOwn_IsTriedAsItIs()
    {
        NetworkCatalog.Register("own-flat", (classes, channels) => new FlatNetwork("own-flat", classes, channels, empty: false));
        NetworkCatalog.Register("own-empty", (classes, channels) => new FlatNetwork("own-empty", classes, channels, empty: true));
        using FeatureNetwork flat = NetworkCatalog.Create("own-flat", 4, 3), hollow = NetworkCatalog.Create("own-empty", 4, 3);
        Assert.AreEqual(75, flat.ShapesFor(5, 5).Features);
        string message = Assert.ThrowsExactly<ArgumentException>(() => flat.ShapesFor(6, 6)).Message;
        StringAssert.Contains(message, "Network 'own-flat' cannot take images of 3 x 6 x 6");
        StringAssert.Contains(message, "The smallest square image that works is 5 x 5");
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => hollow.ShapesFor(5, 5)).Message, "Nor does any square image up to 64 x 64 work");
    }

    private static Tensor Images(int count, int height, int width) => ReferenceTensors.Uniform("pixels", -1, 1, count, 3, height, width);

    private IDataView Rows(int classes, int side, int count)
    {
        SchemaDefinition definition = SchemaDefinition.Create(typeof(Row));
        definition["Pixels"].ColumnType = new VectorDataViewType(NumberDataViewType.Byte, 3, side, side);
        IDataView rows = _mlContext.Data.LoadFromEnumerable(Make(), definition);
        return _mlContext.Transforms.Conversion.MapValueToKey("Label", "Class").Fit(rows).Transform(rows);

        IEnumerable<Row> Make()
        {
            _read?.Invoke();
            var random = new Random(1);
            for (int i = 0; i < count; i++)
            {
                byte[] pixels = new byte[3 * side * side];
                random.NextBytes(pixels);
                yield return new Row { Pixels = pixels, Class = TinyImages.Name(i % classes) };
            }
        }
    }

    [GeneratedRegex("smallest square image that works is (\\d+) x \\1:")]
    private static partial Regex Smallest();

    private sealed class Row
    {
        public byte[] Pixels { get; set; } = [];

        public string Class { get; set; } = "";
    }

    /// <summary>A linear layer on all pixels of 5 x 5 images; or one that gives no numbers.</summary>
    private sealed class FlatNetwork : FeatureNetwork
    {
        private readonly Linear _linear;
        private readonly bool _empty;

        public FlatNetwork(string name, int classes, int inputChannels, bool empty)
            : base(name, classes, inputChannels)
        {
            _empty = empty;
            _linear = nn.Linear(FeatureSize, classes);
            register_module("linear", _linear);
        }

        public override int FeatureSize => 75;

        public override NetworkOutput Compute(Tensor input)
        {
            using var scope = NewDisposeScope();
            Tensor features = _empty ? full([input.shape[0], FeatureSize], float.NaN) : input.flatten(1);
            return new NetworkOutput([], features, _linear.call(features)).MoveToOuterDisposeScope();
        }
    }
}
