using System.IO.Compression;
using Microsoft.ML;
using Microsoft.ML.Data;
using static TorchSharp.torch;

namespace WCoRD.MLNet.Tests;

/// <summary>Every reader meets 10,000 damaged files (1,000 without <c>WCORD_LONG</c>): each is read, or refused by an exception that the reader documents, without asking for much memory.</summary>
[TestClass]
public sealed class MutatedFilesTests
{
    // All of them take a minute and more: everyday a tenth.
    private static readonly int Mutants = LongTest.IsWanted ? 10_000 : 1_000;
    private const long MostBytes = 64L << 20;
    private readonly string _folder = Directory.CreateTempSubdirectory("wcord-test").FullName;

    public TestContext TestContext { get; set; } = null!;

    [TestCleanup]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    public void Cifar_Mutants_AreReadOrRefused()
    {
        var mlContext = new MLContext(1);
        string path = Path.Combine(_folder, "train.bin");
        Check(TemporaryFolder.Records(3), mutant =>
        {
            File.WriteAllBytes(path, mutant);
            IDataView data = mlContext.Data.LoadFromCifar100(path, Cifar100Split.Train);
            foreach (byte[] pixels in data.GetColumn<byte[]>("Pixels"))
            {
                Assert.HasCount(3072, pixels);
            }

            _ = data.GetColumn<uint>("Label").Concat(data.GetColumn<uint>("CoarseLabel")).Sum(key => key);
        }, fault => fault is InvalidDataException);
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void Idx_Mutants_AreReadOrRefused(bool packed)
    {
        var mlContext = new MLContext(1);
        string images = Path.Combine(_folder, "images"), labels = Path.Combine(_folder, "labels");
        File.WriteAllBytes(labels, [0, 0, 8, 1, 0, 0, 0, 3, 7, 0, 9]);
        byte[] whole = [0, 0, 8, 3, 0, 0, 0, 3, 0, 0, 0, 4, 0, 0, 0, 4, .. Enumerable.Range(0, 48).Select(i => (byte)i)];
        Check(packed ? Pack(whole) : whole, mutant =>
        {
            File.WriteAllBytes(images, mutant);
            foreach (byte[] pixels in mlContext.Data.LoadFromIdx(images, labels).GetColumn<byte[]>("Pixels"))
            {
                Assert.IsNotEmpty(pixels);
            }
        }, fault => fault is InvalidDataException);
    }

    [TestMethod]
    public void Safetensors_Mutants_AreReadOrRefused()
    {
        using var stream = new MemoryStream();
        using (NewDisposeScope())
        {
            Safetensors.Write(stream, [("conv1.weight", ones(2, 3, 3, 3)), ("bn1.num_batches_tracked", tensor(5L)), ("fc.bias", zeros(4))], new Dictionary<string, string> { ["format"] = "pt" });
        }

        Check(stream.ToArray(), mutant =>
        {
            using var scope = NewDisposeScope();
            foreach (Tensor value in Safetensors.Read(new MemoryStream(mutant), "x.safetensors").Values)
            {
                Assert.IsLessThanOrEqualTo(mutant.Length, value.numel());
            }
        }, fault => fault is FormatException);
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void PyTorch_Mutants_AreReadOrRefused(bool legacy)
    {
        string path = Path.Combine(_folder, "x.pth");
        var writer = new PyTorchFileWriter { ["conv1.weight"] = new PyTorchFileWriter.Entry("FloatStorage", "0", Enumerable.Range(0, 12).Select(i => (float)i).ToArray(), 0, [2, 3], [1, 2]), ["fc.bias"] = new("LongStorage", "1", new long[] { 5 }, 0, [], []) };
        writer.Write(path, writer.Nested("model"), legacy);
        Check(File.ReadAllBytes(path), mutant =>
        {
            File.WriteAllBytes(path, mutant);
            using var scope = NewDisposeScope();
            foreach (Tensor value in PyTorchFile.Read(path).Values)
            {
                _ = value.sum();
            }
        }, fault => fault is FormatException);
    }

    [TestMethod]
    public void Checkpoint_Mutants_AreReadOrRefused()
    {
        using var scope = NewDisposeScope();
        using var stream = new MemoryStream();
        var parts = new OrderedDictionary<string, double> { ["ce"] = 1.5 };
        var position = new TrainingPosition(1, 2, 3, [MadeEpoch.Of(1, 2, 0.05, 1.5, parts, 0.5)], new MeterSums(1, parts, 2, 3, 4, 5), new Dictionary<string, string> { ["data"] = "x" });
        CheckpointFile.Write(stream, position, new Dictionary<string, Tensor> { ["student.a"] = ones(3, 2), ["objective.draws"] = tensor(4L) });
        int read = Check(stream.ToArray(), mutant =>
        {
            using Checkpoint checkpoint = CheckpointFile.Read(new MemoryStream(mutant), "x");
            Assert.AreEqual((2, 3), (checkpoint.Position.Epoch, checkpoint.Position.Step), "What is read is what was written, or the checksum would tell.");
        }, fault => fault is FormatException);
        // Blanks of the header and the order of its members are all that may change.
        Assert.IsLessThan(Mutants / 20, read);
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void ModelZip_Mutants_AreReadOrRefused(bool withGraph)
    {
        LongTest.RequireUnless(!withGraph);
        var mlContext = new MLContext(1);
        using var weights = new MemoryStream();
        using (NewDisposeScope())
        {
            // Small ones: whether they fit the network is checked when it is built.
            Safetensors.Write(weights, [("fc.bias", zeros(4))]);
        }

        var parts = new Dictionary<string, double> { ["ce"] = 1.5 };
        using var model = new NetworkTransformer(mlContext, ScoringFixture.Description, weights.ToArray(), new TrainingHistory { Seed = 1, Epochs = [MadeEpoch.Of(1, 2, 0.05, 1.5, parts, 0.5)] }, withGraph ? SmallGraph() : null);
        using var zip = new MemoryStream();
        mlContext.Model.Save(model, null, zip);
        byte[] whole = zip.ToArray();
        IDataView rows = ScoringFixture.View(mlContext, 1);
        int number = 0;
        Check(whole, mutant =>
        {
            // Every other time the damage is within a part, where no checksum of the archive tells of it.
            byte[] file = number++ % 2 == 0 ? mutant : WithMutatedPart(whole, number);
            using var loaded = mlContext.Model.Load(new MemoryStream(file), out _) as IDisposable;
            _ = withGraph && loaded is NetworkTransformer { Engine: ScoringEngine.OnnxFloat32 } network
                ? network.Transform(rows).GetColumn<float[]>("Score").Count() : 0;
        }, fault => fault is InvalidDataException or FormatException or InvalidOperationException or FileNotFoundException or FileLoadException or ArgumentException);
    }

    [TestMethod]
    public void Onnx_Mutants_AreReadOrRefused()
    {
        string path = Path.Combine(_folder, "net.onnx");
        IDataView data = TinyImages.View(new MLContext(1), 8);
        using Tensor pixels = ReferenceTensors.Uniform("pixels", 0, 255, 2, 3, TinyImages.Side, TinyImages.Side);
        var options = new OnnxTeacherOptions { FeaturesOutput = "map" };
        Check(OnnxNet.Make(["features", "logits"]), mutant =>
        {
            File.WriteAllBytes(path, mutant);
            using var scope = NewDisposeScope();
            using Teacher teacher = Teacher.FromOnnx(path, options);
            BoundTeacher bound = teacher.Bind(
                new DistillationOptions(),
                data.Schema,
                new ImageColumn(data.Schema["Pixels"], true, 3, TinyImages.Side, TinyImages.Side),
                LabelColumn.Find(data.Schema, "Label"));
            using TeacherOutputs outputs = bound.CreateOutputs([], new PrecisionChoice(null, Assert.Fail), CPU, Assert.Fail);
            Tensor rows = arange(2);
            NetworkOutput found = outputs.Compute(new Batch(rows, rows, rows, pixels, pixels, Augmentation.None.Still(2)));
            CollectionAssert.AreEqual(new long[] { 2, bound.Shapes.Features }, found.Features.shape);
            CollectionAssert.AreEqual(new long[] { 2, bound.Shapes.Classes }, found.Logits.shape);
        }, fault => fault is FormatException or ArgumentException or FileNotFoundException or InvalidOperationException);
    }

    // Reads and gives what the fixture's network does: a small one, so that many can be tried.
    private static ScoringGraph SmallGraph() => new(OnnxPrecision.Float32, new OnnxWriter()
        .Input("Pixels", ["n", 3, 8, 8]).Output("Features", ["n", 3]).Output("Score", ["n", ScoringFixture.Classes])
        .Weights("w", Enumerable.Range(0, 3 * ScoringFixture.Classes).Select(i => (float)i).ToArray(), [3, ScoringFixture.Classes])
        .Node("GlobalAveragePool", ["Pixels"], "pooled")
        .Node("Flatten", ["pooled"], "Features", ("axis", 1L))
        .Node("Gemm", ["Features", "w"], "Score").ToBytes());

    /// <returns>How many mutants were read.</returns>
    private int Check(byte[] whole, Action<byte[]> read, Func<Exception, bool> isDocumented)
    {
        // Once as it is: what is refused below must be refused for its damage.
        read(whole);
        int good = 0;
        var refused = new SortedDictionary<string, int>(StringComparer.Ordinal);
        for (int number = 0; number < Mutants; number++)
        {
            byte[] mutant = Mutation.Of(whole, number);
            long before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                read(mutant);
                good++;
            }
            catch (Exception fault) when (fault is not UnitTestAssertException && isDocumented(fault))
            {
                string name = fault.GetType().Name;
                refused[name] = refused.GetValueOrDefault(name) + 1;
            }
            catch (Exception fault) when (fault is not UnitTestAssertException)
            {
                Assert.Fail($"Mutant {number} ended in an exception that is not documented: {fault}");
            }

            Assert.IsLessThan(MostBytes, GC.GetAllocatedBytesForCurrentThread() - before, $"Mutant {number} asked for much memory.");
        }

        TestContext.WriteLine($"{Mutants} mutants: {good} read, {string.Join(", ", refused.Select(item => $"{item.Value} {item.Key}"))}");
        return good;
    }

    private static byte[] Pack(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(bytes);
        }

        return packed.ToArray();
    }

    private static byte[] WithMutatedPart(byte[] zip, int number)
    {
        using var source = new ZipArchive(new MemoryStream(zip));
        int chosen = number % source.Entries.Count;
        using var result = new MemoryStream();
        using (var target = new ZipArchive(result, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach ((int i, ZipArchiveEntry entry) in source.Entries.Index())
            {
                using var content = new MemoryStream();
                using (Stream part = entry.Open())
                {
                    part.CopyTo(content);
                }

                using Stream copy = target.CreateEntry(entry.FullName, CompressionLevel.NoCompression).Open();
                copy.Write(i == chosen ? Mutation.Of(content.ToArray(), number) : content.ToArray());
            }
        }

        return result.ToArray();
    }
}
