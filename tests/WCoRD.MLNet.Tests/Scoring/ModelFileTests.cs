using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using Microsoft.ML;
using Microsoft.ML.Data;
using static WCoRD.MLNet.Tests.ScoringFixture;

namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed class ModelFileTests
{
    private readonly MLContext _context = new(seed: 1);

    [TestMethod]
    public void Load_SavedModel_ScoresIdentically()
    {
        var parts = new Dictionary<string, double> { ["ce"] = 1.5, ["gckt"] = double.NaN };
        var history = new TrainingHistory
        {
            Seed = 42,
            Epochs = [MadeEpoch.Of(1, 2, 0.05, 1.5, parts, 0.25), MadeEpoch.Of(2, 2, 0.005, double.PositiveInfinity, parts, 0.5, 0.4)],
        };
        using NetworkTransformer model = Model(_context, history: history);
        using var loaded = (NetworkTransformer)Load(Save(model));

        Assert.AreEqual(0, loaded.NetworkCalls);
        CollectionAssert.AreEqual(ClassNames, loaded.ClassNames!.ToArray());
        Assert.AreEqual(Description with { ClassValues = null, Normalization = null! }, loaded.Description with { ClassValues = null, Normalization = null! });
        Assert.AreEqual(InputNormalization.Cifar100.Scale, loaded.Normalization.Scale);
        CollectionAssert.AreEqual(InputNormalization.Cifar100.Mean.ToArray(), loaded.Normalization.Mean.ToArray());
        CollectionAssert.AreEqual(InputNormalization.Cifar100.StandardDeviation.ToArray(), loaded.Normalization.StandardDeviation.ToArray());
        Assert.AreEqual(42, loaded.History!.Seed);
        MadeEpoch.AreEqual(history.Epochs[0], loaded.History.Epochs[0]);
        MadeEpoch.AreEqual(history.Epochs[1], loaded.History.Epochs[1]);

        List<ScoredRow> expected = Read(_context, model.Transform(View(_context, 20)));
        List<ScoredRow> found = Read(_context, loaded.Transform(View(_context, 20)));
        for (int i = 0; i < 20; i++)
        {
            CollectionAssert.AreEqual(expected[i].Score, found[i].Score);
            CollectionAssert.AreEqual(expected[i].Features, found[i].Features);
        }
    }

    [TestMethod]
    public void Load_ModelWithoutOptionalParts_HasNone()
    {
        using NetworkTransformer model = Model(_context, Description with { ClassValues = null, FeaturesColumnName = null });
        using var loaded = (NetworkTransformer)Load(Save(model));
        Assert.IsNull(loaded.ClassNames);
        Assert.IsNull(loaded.History);
        Assert.IsNull(loaded.Description.FeaturesColumnName);
    }

    [TestMethod]
    public void Load_MiddleOfAChain_MapsKeysBackToNames()
    {
        using NetworkTransformer model = Model(_context);
        IDataView view = View(_context, 20);
        var first = _context.Transforms.CopyColumns("Number", "Id").Fit(view);
        IDataView scored = model.Transform(first.Transform(view));
        ITransformer last = _context.Transforms.Conversion.MapKeyToValue("Animal", "PredictedLabel").Fit(scored);
        var chain = new TransformerChain<ITransformer>(first, model, last);

        using var loaded = (TransformerChain<ITransformer>)Load(Save(chain));

        string[] expected = [.. scored.GetColumn<uint>("PredictedLabel").Select(key => ClassNames[key - 1])];
        CollectionAssert.AreEqual(expected, loaded.Transform(view).GetColumn<string>("Animal").ToArray());
        using PredictionEngine<ByteRow, ByteRow> engine = _context.Model.CreatePredictionEngine<ByteRow, ByteRow>(loaded);
        Assert.AreEqual(expected[0], engine.Predict(Rows(1)[0]).Animal);
    }

    [TestMethod]
    [DataRow(0.02)]
    [DataRow(0.5)]
    [DataRow(0.99)]
    public void Load_TruncatedZip_IsReported(double share)
    {
        using NetworkTransformer model = Model(_context);
        byte[] file = Save(model);
        Exception fault = Assert.Throws<Exception>(() => Load(file[..(int)(file.Length * share)]));
        Assert.IsTrue(fault is InvalidDataException or FormatException, fault.ToString());
    }

    [TestMethod]
    [DataRow("Weights", 4)]
    [DataRow("Weights", 500)]
    [DataRow("Weights", -1)]
    [DataRow("History", -1)]
    [DataRow("History", 2)]
    public void Load_TruncatedPart_IsNamed(string part, int length)
    {
        using NetworkTransformer model = Model(_context, history: new TrainingHistory { Seed = 1, Epochs = [] });
        byte[] file = Change(Save(model), part, bytes => bytes[..(length < 0 ? bytes.Length + length : length)]);
        StringAssert.Contains(Fault(file), part);
    }

    [TestMethod]
    public void Load_DamagedLength_IsReportedWithoutAllocation()
    {
        using NetworkTransformer model = Model(_context);
        byte[] file = Change(Save(model), "Weights", bytes =>
        {
            BinaryPrimitives.WriteInt64LittleEndian(bytes, 2_000_000_000);
            return bytes;
        });
        long before = GC.GetAllocatedBytesForCurrentThread();
        StringAssert.Contains(Fault(file), "2000000000");
        Assert.IsLessThan(200_000_000L, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [TestMethod]
    public void Load_NewerVersion_IsReported()
    {
        using NetworkTransformer model = Model(_context);
        byte[] file = Change(Save(model), "Model.key", bytes =>
        {
            // ML.NET's header: the model's signature, then the version written and the oldest version that can read it.
            int at = bytes.AsSpan().IndexOf(Encoding.ASCII.GetBytes("WCORDNET"));
            Assert.IsGreaterThan(0, at);
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(at + 8), 0x00020000);
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(at + 12), 0x00020000);
            return bytes;
        });
        string message = Fault(file);
        StringAssert.Contains(message, "version");
    }

    [TestMethod]
    public void Load_UnknownNetwork_IsReported()
    {
        using NetworkTransformer model = Model(_context);
        byte[] file = Change(Save(model), "Model.key", bytes =>
        {
            int at = bytes.AsSpan().IndexOf(Encoding.ASCII.GetBytes("resnet8"));
            bytes[at] = (byte)'X';
            return bytes;
        });
        string message = Fault(file);
        StringAssert.Contains(message, "'Xesnet8'");
        StringAssert.Contains(message, "NetworkCatalog.Register");
    }

    private byte[] Save(ITransformer model)
    {
        using var stream = new MemoryStream();
        _context.Model.Save(model, View(_context, 1).Schema, stream);
        return stream.ToArray();
    }

    private static ITransformer Load(byte[] file)
    {
        using var stream = new MemoryStream(file);
        return new MLContext().Model.Load(stream, out _);
    }

    // ML.NET loads by reflection and wraps what the loader throws.
    private static string Fault(byte[] file)
    {
        Exception cause = Assert.Throws<InvalidOperationException>(() => Load(file)).GetBaseException();
        Assert.IsInstanceOfType<FormatException>(cause);
        return cause.Message;
    }

    private static byte[] Change(byte[] file, string part, Func<byte[], byte[]> change)
    {
        using var stream = new MemoryStream();
        stream.Write(file);
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Update, leaveOpen: true))
        {
            // ML.NET's one folder for whatever model it is given.
            ZipArchiveEntry entry = zip.GetEntry($"TransformerChain/{part}")!;
            using Stream content = entry.Open();
            using var copy = new MemoryStream();
            content.CopyTo(copy);
            byte[] changed = change(copy.ToArray());
            content.SetLength(0);
            content.Write(changed);
        }

        return stream.ToArray();
    }
}
