using System.IO.Compression;
using System.Text;
using TorchSharp;
using TorchSharp.PyBridge;
using static TorchSharp.torch;
using Entry = WCoRD.MLNet.Tests.PyTorchFileWriter.Entry;

namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed class PyTorchFileTests : IDisposable
{
    private static readonly float[] Counting = [.. Enumerable.Range(0, 12).Select(i => (float)i)];
    private readonly TemporaryFolder _folder = new();

    private string Path => _folder.File("x.pth");

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void Read_TypesViewsAndSharedStorage_GivesTheirNumbers(bool legacy)
    {
        var writer = new PyTorchFileWriter
        {
            ["half"] = Entry.Of("HalfStorage", "0", new[] { (Half)0.5, (Half)(-2) }, 2),
            ["brain"] = Entry.Of("BFloat16Storage", "1", new ushort[] { 0x3FC0, 0xC000 }, 2),
            ["double"] = Entry.Of("DoubleStorage", "2", new[] { 1.25, -3 }, 2, 1),
            ["count"] = Entry.Of("LongStorage", "3", new[] { 7L }),
            ["none"] = Entry.Of("FloatStorage", "4", Array.Empty<float>(), 0, 3),
            ["whole"] = Entry.Of("FloatStorage", "5", Counting, 3, 4),
            ["transposed"] = new("FloatStorage", "5", Counting, 0, [4, 3], [1, 4]),
            ["column"] = new("FloatStorage", "5", Counting, 2, [3], [4]),
            ["repeated"] = new("FloatStorage", "5", Counting, 11, [2, 2], [0, 0]),
        };
        writer.Write(Path, writer.State(), legacy);
        using var scope = NewDisposeScope();
        IReadOnlyDictionary<string, Tensor> found = PyTorchFile.Read(Path);
        CollectionAssert.AreEqual(writer.Select(item => item.Key).ToArray(), found.Keys.ToArray());
        foreach ((string name, long[] shape, double[] values) in ((string, long[], double[])[])
        [
            ("half", [2], [0.5, -2]), ("brain", [2], [1.5, -2]), ("double", [2, 1], [1.25, -3]), ("count", [], [7]), ("none", [0, 3], []), ("column", [3], [2, 6, 10]), ("repeated", [2, 2], [11, 11, 11, 11]),
            ("transposed", [4, 3], [0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11]),
        ])
        {
            CollectionAssert.AreEqual(shape, found[name].shape, name);
            CollectionAssert.AreEqual(values, values.Length == 0 ? [] : found[name].to(ScalarType.Float64).contiguous().data<double>().ToArray(), name);
        }

        Assert.AreEqual((ScalarType.BFloat16, ScalarType.Int64), (found["brain"].dtype, found["count"].dtype));
    }

    [TestMethod]
    [DataRow("model", false)]
    [DataRow("state_dict", false)]
    [DataRow("net", true)]
    [DataRow("teacher", true)]
    public void Read_Checkpoint_GivesItsWeights(string name, bool legacy)
    {
        var writer = new PyTorchFileWriter { ["fc.bias"] = Entry.Of("FloatStorage", "0", Counting, 12) };
        writer.Write(Path, writer.Nested(name), legacy);
        using var scope = NewDisposeScope();
        CollectionAssert.AreEqual(Counting, PyTorchFile.Read(Path)["fc.bias"].data<float>().ToArray());
    }

    [TestMethod]
    public void Read_SeveralStates_TakesThatOfTheKnownName()
    {
        PyTorchFileWriter one = new() { ["a"] = Entry.Of("FloatStorage", "0", Counting, 12) }, other = new() { ["b"] = one["a"] };
        byte[] Both(string first, string second) => [.. "}("u8, .. PyTorchFileWriter.Text(first), .. one.State(), .. PyTorchFileWriter.Text(second), .. other.State(), .. "u"u8];
        using var scope = NewDisposeScope();
        one.Write(Path, Both("state_dict_ema", "state_dict"));
        Assert.AreEqual("b", PyTorchFile.Read(Path).Keys.Single());
        File.Delete(Path);
        one.Write(Path, Both("student", "ema"));
        StringAssert.Contains(Refused(), "holds 2 state dictionaries 'student' 'ema'");
    }

    [TestMethod]
    public void Read_Parameters_AreTensors()
    {
        var writer = new PyTorchFileWriter { ["fc.bias"] = Entry.Of("FloatStorage", "0", Counting, 12) };
        writer.Write(Path, writer.State(parameters: true));
        using var scope = NewDisposeScope();
        CollectionAssert.AreEqual(Counting, PyTorchFile.Read(Path)["fc.bias"].data<float>().ToArray());
    }

    [TestMethod]
    public void Read_WhatPyBridgeWrote_GivesTheSameWeights()
    {
        using var scope = NewDisposeScope();
        using FeatureNetwork source = NetworkCatalog.Create("resnet8", 4, 3, new Generator(1)), target = NetworkCatalog.Create("resnet8", 4, 3, new Generator(2));
        source.save_py(Path);
        NetworkWeights.Load(target, PyTorchFile.Read(Path), Path);
        CollectionAssert.AreEqual(NetworkWeights.Save(source), NetworkWeights.Save(target));
    }

    [TestMethod]
    [DataRow("posix", "system", false)]
    [DataRow("os", "system", true)]
    [DataRow("builtins", "exec", false)]
    [DataRow("torch.nn.modules.conv", "Conv2d", false)]
    public void Read_CallOfAnotherName_IsRefusedWithoutEffect(string module, string name, bool legacy)
    {
        string trace = _folder.File("trace");
        byte[] call = [.. Encoding.ASCII.GetBytes($"c{module}\n{name}\n"), .. PyTorchFileWriter.Text($"touch {trace}"), 0x85, (byte)'R'];
        var writer = new PyTorchFileWriter { ["fc.bias"] = Entry.Of("FloatStorage", "0", Counting, 12) };
        foreach (byte[] file in (byte[][])[call, [.. "}("u8, .. PyTorchFileWriter.Text("model"), .. writer.State(), .. PyTorchFileWriter.Text("x"), .. call, .. "u"u8]])
        {
            File.Delete(Path);
            writer.Write(Path, file, legacy);
            string message = Refused();
            StringAssert.Contains(message, $"holds an object of '{module}.{name}'");
            StringAssert.Contains(message, "torch.save(m.state_dict(), 'weights.pth')");
            Assert.IsFalse(File.Exists(trace));
        }
    }

    [TestMethod]
    public void Read_ViewBeyondItsStorage_IsRefused()
    {
        var writer = new PyTorchFileWriter { ["a"] = new("FloatStorage", "0", Counting, 2, [3, 4], [4, 1]) };
        writer.Write(Path, writer.State());
        StringAssert.Contains(Refused(), "shape [3, 4] and strides [4, 1] from element 2, expected it to lie within its storage of 12 elements");
    }

    [TestMethod]
    public void Read_ObjectOfAnotherKind_SaysWhatItHolds()
    {
        var writer = new PyTorchFileWriter();
        writer.Write(Path, [.. "}"u8, .. PyTorchFileWriter.Text("epoch"), .. PyTorchFileWriter.Number(3), .. "s"u8]);
        StringAssert.Contains(Refused(), "holds 0 state dictionaries among 'epoch' (a number)");
        File.Delete(Path);
        writer.Write(Path, [.. "]"u8]);
        StringAssert.Contains(Refused(), "holds a list: expected a state dictionary");
    }

    [TestMethod]
    [DataRow("", "an empty file")]
    [DataRow("<!DOCTYPE html><html>404</html>", "a web page")]
    [DataRow("version https://git-lfs.github.com/spec/v1\noid sha256:0", "a pointer of Git LFS")]
    [DataRow("\u0080\u0002}q\u0000.", "a Python pickle that torch.save did not write")]
    [DataRow("\u0089HDF\r\n\u001a\n", "a model of Keras or TensorFlow")]
    [DataRow("\u0093NUMPY\u0001\u0000", "an array file of NumPy")]
    [DataRow("\u0008\u0008\u0012\u0007pytorch", "an ONNX model")]
    [DataRow("\u0010\0\0\0\0\0\0\0{\"a\":1}         ", "a safetensors file")]
    [DataRow("PK\u0005\u0006\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", "a zip archive without weights")]
    [DataRow("what is this?", "of no known format")]
    public void Files_OfAnotherKind_AreNamed(string content, string name)
    {
        File.WriteAllBytes(Path, Encoding.Latin1.GetBytes(content));
        StringAssert.Contains(Refused(), $"'{Path}' is no state dictionary of PyTorch: it is {name}");
        if (name is not "a safetensors file" and not "of no known format")
        {
            StringAssert.Contains(Assert.ThrowsExactly<FormatException>(() => Teacher.FromSafetensors("resnet8", Path)).Message, $"'{Path}' is no safetensors file: it is {name}");
            StringAssert.Contains(Assert.ThrowsExactly<FormatException>(() => Teacher.FromTorchScript(Path)).Message, $"'{Path}' is no TorchScript file: it is {name}");
        }
    }

    [TestMethod]
    [DataRow("weights.npz", "an array file of NumPy", "fc.weight.npy", "fc.bias.npy")]
    [DataRow("model.keras", "a model of Keras", "config.json", "model.weights.h5")]
    [DataRow("net.zip", "a model of ML.NET", "TrainingInfo/Version.txt", "Schema")]
    public void Archives_OfAnotherKind_AreNamed(string file, string name, params string[] entries)
    {
        string path = _folder.File(file);
        using (ZipArchive archive = ZipFile.Open(path, ZipArchiveMode.Create))
        {
            foreach (string entry in entries)
            {
                _ = archive.CreateEntry(entry);
            }
        }

        StringAssert.Contains(Assert.ThrowsExactly<FormatException>(() => PyTorchFile.Read(path)).Message, $"it is {name}");
    }

    [TestMethod]
    public void FromPyTorch_TorchScript_NamesTheRightMethod()
    {
        TorchScriptFile.Write(Path, "Tensor", "y", Counting);
        StringAssert.Contains(Assert.ThrowsExactly<FormatException>(() => Teacher.FromPyTorch("resnet8", Path)).Message, "it is a TorchScript. Teacher.FromTorchScript reads it");
        File.Delete(Path);
        new PyTorchFileWriter().Write(Path, [.. "}"u8]);
        StringAssert.Contains(Assert.ThrowsExactly<FormatException>(() => Teacher.FromTorchScript(Path)).Message, "Teacher.FromPyTorch reads it");
    }

    [TestMethod]
    public void FromPyTorch_Weights_TeachAsTheirNetwork()
    {
        using var scope = NewDisposeScope();
        using FeatureNetwork source = NetworkCatalog.Create("resnet8", 4, 3, new Generator(1));
        var normalization = new InputNormalization(1, [0, 0, 0], [1, 1, 1]);
        source.save_py(Path);
        using NetworkTeacher teacher = Teacher.FromPyTorch("resnet8", Path, classes: 4, normalization: normalization);
        using Tensor pixels = ReferenceTensors.Uniform("pixels", 0, 1, 2, 3, 8, 8);
        source.eval();
        Assert.IsTrue(source.forward(pixels).allclose(teacher.Compute(pixels).Logits));
        Assert.ThrowsExactly<FileNotFoundException>(() => Teacher.FromPyTorch("resnet8", _folder.File("absent.pth")));
        StringAssert.Contains(Assert.ThrowsExactly<FormatException>(() => Teacher.FromPyTorch("resnet8", Path, classes: 5)).Message, "expected [5, 64]");
    }

    [TestMethod]
    public void FromPyTorch_RightOrRefused_LeavesNoTensor()
    {
        using (FeatureNetwork source = NetworkCatalog.Create("resnet8", 4, 3, new Generator(1)))
        {
            source.save_py(Path);
        }

        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        Teacher.FromPyTorch("resnet8", Path, classes: 4).Dispose();
        Assert.ThrowsExactly<FormatException>(() => Teacher.FromPyTorch("resnet8", Path, classes: 5));
        Assert.AreEqual(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    private string Refused() => Assert.ThrowsExactly<FormatException>(() => PyTorchFile.Read(Path)).Message;
}
