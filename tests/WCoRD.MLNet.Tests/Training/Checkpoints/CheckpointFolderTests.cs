using static TorchSharp.torch;

namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed class CheckpointFolderTests
{
    private readonly string _path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());

    [TestCleanup]
    public void RemoveFolder()
    {
        if (Directory.Exists(_path))
        {
            Directory.Delete(_path, recursive: true);
        }
    }

    [TestMethod]
    public void Save_SeveralTimes_KeepsTheLastTwo()
    {
        var folder = new CheckpointFolder(_path);
        Save(folder, 9, 3);
        Save(folder, 10, 0);
        Save(folder, 10, 12);
        CollectionAssert.AreEqual(new[] { "checkpoint-00010-0000000.safetensors", "checkpoint-00010-0000012.safetensors" }, Names());
        using Checkpoint newest = folder.ReadNewest(Assert.Fail)!;
        Assert.AreEqual(12, newest.Position.Step);
        Assert.AreEqual(folder.Newest, newest.Path);
    }

    [TestMethod]
    public void Read_WhatWasSaved_IsAllOfIt()
    {
        var folder = new CheckpointFolder(_path);
        var parts = new OrderedDictionary<string, double> { ["gckt"] = 0.1, ["ce"] = double.NaN };
        var metrics = MadeEpoch.Of(1, 9, 0.05, 1.0 / 3, parts, null, 0.25, parts);
        var saved = new TrainingPosition(-7, 2, 5, [metrics], new MeterSums(2.0 / 3, parts, 80, 9, 70, 0.5) { Metrics = parts }, new Dictionary<string, string> { ["data"] = "x\n'y'" });
        using Tensor values = tensor(new[] { 1f, float.NaN, -0f }), counter = tensor(3L);
        folder.Save(saved, new Dictionary<string, Tensor> { ["a"] = values, ["b"] = counter });
        using Checkpoint read = folder.ReadNewest(Assert.Fail)!;

        Assert.AreEqual((saved.Seed, saved.Epoch, saved.Step), (read.Position.Seed, read.Position.Epoch, read.Position.Step));
        MadeEpoch.AreEqual(metrics, read.Position.Epochs[0]);
        CollectionAssert.AreEqual(parts.ToArray(), read.Position.Meter!.Parts.ToArray());
        CollectionAssert.AreEqual(parts.ToArray(), read.Position.Meter.Metrics.ToArray());
        Assert.AreEqual(saved.Meter! with { Parts = read.Position.Meter.Parts, Metrics = read.Position.Meter.Metrics }, read.Position.Meter);
        Assert.AreEqual("x\n'y'", read.Position.Run["data"]);
        CollectionAssert.AreEqual(values.bytes.ToArray(), read.Tensors["a"].bytes.ToArray());
        Assert.AreEqual(3, read.Tensors["b"].item<long>());
    }

    [TestMethod]
    public void Open_LeftoverOfAKilledProcess_IsRemoved()
    {
        Directory.CreateDirectory(_path);
        File.WriteAllBytes(Path.Combine(_path, "checkpoint-00001-0000000.safetensors.abcdefgh.xyz"), [1]);
        File.WriteAllBytes(Path.Combine(_path, "mine.safetensors"), [1]);
        Assert.IsNull(new CheckpointFolder(_path).ReadNewest(Assert.Fail));
        CollectionAssert.AreEqual(new[] { "mine.safetensors" }, Names(), "What is not a checkpoint is not ours to delete.");
    }

    [TestMethod]
    public void Open_WhereAFileIs_SaysSo()
    {
        File.WriteAllBytes(_path, []);
        StringAssert.Contains(Assert.ThrowsExactly<IOException>(() => new CheckpointFolder(_path)).Message, $"CheckpointFolder is '{_path}', which cannot be written");
        File.Delete(_path);
    }

    [TestMethod]
    public void ReadNewest_AllDamaged_Throws()
    {
        var folder = new CheckpointFolder(_path);
        string file = Save(folder, 1, 0);
        byte[] whole = File.ReadAllBytes(file);
        var warnings = new List<string>();
        foreach (byte[] damaged in (byte[][])[[], whole[..100], whole[..^1], [.. whole[..^1], (byte)(whole[^1] ^ 1)]])
        {
            File.WriteAllBytes(file, damaged);
            StringAssert.Contains(Assert.ThrowsExactly<FormatException>(() => folder.ReadNewest(warnings.Add)).Message, file);
        }

        Assert.HasCount(4, warnings);
    }

    [TestMethod]
    public void Read_SafetensorsOfAnotherKind_SaysSo()
    {
        var folder = new CheckpointFolder(_path);
        using (FeatureNetwork network = NetworkCatalog.Create("resnet8", 4))
        {
            File.WriteAllBytes(Path.Combine(_path, "checkpoint-00001-0000000.safetensors"), NetworkWeights.Save(network));
        }

        StringAssert.Contains(Assert.ThrowsExactly<FormatException>(() => folder.ReadNewest(_ => { })).Message, "it is no checkpoint of this library");
    }

    [TestMethod]
    public void Save_CannotBeWritten_SaysWhatIsKept()
    {
        var folder = new CheckpointFolder(_path);
        string kept = Save(folder, 1, 0);
        // A folder of that name: the file cannot take its place.
        Directory.CreateDirectory(Path.Combine(_path, "checkpoint-00002-0000000.safetensors", "x"));
        string message = Assert.ThrowsExactly<IOException>(() => Save(folder, 2, 0)).Message;
        StringAssert.Contains(message, "Training stopped before epoch 2, step 1: the checkpoint '");
        StringAssert.Contains(message, $"'{kept}' holds the training until then");
        using Checkpoint newest = folder.ReadNewest(Assert.Fail)!;
        Assert.AreEqual(kept, newest.Path);
        Assert.IsEmpty(Directory.GetFiles(_path).Where(file => file != kept), "Nothing half written is left.");
    }

    private static string Save(CheckpointFolder folder, int epoch, int step)
    {
        using Tensor value = ones(4);
        return folder.Save(new TrainingPosition(1, epoch, step, [], null, new Dictionary<string, string>()), new Dictionary<string, Tensor> { ["value"] = value });
    }

    private string[] Names() => [.. Directory.GetFiles(_path).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)];
}
