using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace WCoRD.MLNet.Tests;

/// <summary>Files that are no model, or do what no model should.</summary>
[TestClass]
public sealed class OnnxFileTests : IDisposable
{
    private const int Int64 = 7;
    private static readonly string[] Both = ["features", "logits"];
    private readonly TemporaryFolder _folder = new();

    private string Net => _folder.File("net.onnx");

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    public void FromOnnx_NoFile_NamesIt() =>
        StringAssert.Contains(Assert.ThrowsExactly<FileNotFoundException>(() => Teacher.FromOnnx(Net)).Message, $"The ONNX file '{Net}' does not exist.");

    [TestMethod]
    [DataRow("", "is no ONNX model: it is an empty file. ")]
    [DataRow("<html>", "is no ONNX model: it is a web page")]
    [DataRow("version https://git-lfs.github.com/spec/v1", "it is a pointer of Git LFS")]
    [DataRow("no model", "is no ONNX model, or is damaged (no field begins at byte")]
    [DataRow("\u0008\u0008", "is no ONNX model: it holds no graph. ")]
    public void FromOnnx_AnotherFile_SaysWhatItIs(string content, string expected)
    {
        File.WriteAllText(Net, content);
        string message = Assert.ThrowsExactly<FormatException>(() => Teacher.FromOnnx(Net)).Message;
        StringAssert.StartsWith(message, $"'{Net}' ");
        StringAssert.Contains(message, expected);
    }

    [TestMethod]
    public void FromOnnx_CutOffAnywhere_IsRefused()
    {
        byte[] whole = OnnxNet.Make(Both);
        // The last field is the version of the operators, 8 bytes in all; without it the graph is whole.
        for (int length = 0; length < whole.Length - 8; length += 7)
        {
            File.WriteAllBytes(Net, whole[..length]);
            StringAssert.Contains(Assert.ThrowsExactly<FormatException>(() => Teacher.FromOnnx(Net)).Message, Net);
        }
    }

    [TestMethod]
    public void FromOnnx_OperatorThatNobodyKnows_IsRefusedByTheRuntime()
    {
        File.WriteAllBytes(Net, Image().Node("Dream", ["x"], "y").Output("y", ["n", 4]).ToBytes());
        string message = Assert.ThrowsExactly<FormatException>(() => Teacher.FromOnnx(Net)).Message;
        StringAssert.StartsWith(message, $"ONNX Runtime refuses '{Net}' (");
        StringAssert.Contains(message, "Dream");
        Assert.DoesNotContain('\n', message);
    }

    [TestMethod]
    public void FromOnnx_InputsThatAreNoImages_AreListed()
    {
        foreach ((OnnxWriter net, string expected) in ((OnnxWriter, string)[])
        [
            (new OnnxWriter().Input("x", ["n", 3, 8, 8], Int64).Node("Cast", ["x"], "y", ("to", 1L)), "'x' Int64 [any, 3, 8, 8]"),
            (new OnnxWriter().Input("x", ["n", 192]).Node("Relu", ["x"], "y"), "'x' Float [any, 192]"),
            (new OnnxWriter().Input("x", ["n", 3, 8]).Node("Relu", ["x"], "y"), "'x' Float [any, 3, 8]"),
            (new OnnxWriter().Input("x", ["n", 3, 8, 8, 8]).Node("Relu", ["x"], "y"), "'x' Float [any, 3, 8, 8, 8]"),
            (new OnnxWriter().Input("x", ["n", 3, 0, 8]).Node("Relu", ["x"], "y"), "'x' Float [any, 3, 0, 8]"),
            (Image().Input("mask", ["n", 3, 8, 8]).Node("Add", ["x", "mask"], "y"), "'x' Float [any, 3, 8, 8], 'mask' Float [any, 3, 8, 8]"),
            (new OnnxWriter().Weights("w", [1], [1]).Node("Relu", ["w"], "y"), "nothing"),
            (new OnnxWriter().Input("x", [1, 3, 100000, 100000]).Node("Relu", ["x"], "y"), "expected images of at most"),
        ])
        {
            File.WriteAllBytes(Net, net.Output("y", ["a"]).ToBytes());
            string message = Assert.ThrowsExactly<FormatException>(() => Teacher.FromOnnx(Net)).Message;
            StringAssert.Contains(message, "The ONNX model 'net.onnx' reads ");
            StringAssert.Contains(message, expected);
        }
    }

    [TestMethod]
    [DataRow("../weights.bin")]
    [DataRow("..\\weights.bin")]
    [DataRow("below/../../weights.bin")]
    [DataRow("/etc/passwd")]
    [DataRow("\\\\server\\weights.bin")]
    [DataRow("C:weights.bin")]
    [DataRow("file:///etc/passwd")]
    [DataRow("")]
    public void FromOnnx_WeightsOutsideItsFolder_AreRefused(string location)
    {
        File.WriteAllBytes(_folder.File("weights.bin"), new byte[16]);
        string below = _folder.File("below");
        Directory.CreateDirectory(below);
        string path = Path.Combine(below, "net.onnx");
        File.WriteAllBytes(path, External(location));
        string message = Assert.ThrowsExactly<FormatException>(() => Teacher.FromOnnx(path)).Message;
        StringAssert.StartsWith(message, $"'{path}' names weights in '{location}': expected a file in its own folder or below.");
    }

    [TestMethod]
    [DataRow("weights.bin")]
    // By this, ONNX Runtime means a place in memory.
    [DataRow("*/_ORT_MEM_ADDR_/*")]
    public void FromOnnx_WeightsThatAreAbsent_AreNamed(string location)
    {
        File.WriteAllBytes(Net, External(location));
        string message = Assert.ThrowsExactly<FileNotFoundException>(() => Teacher.FromOnnx(Net)).Message;
        StringAssert.StartsWith(message, $"'{Net}' has weights in '{location}', but ");
    }

    [TestMethod]
    public void FromOnnx_WeightsBeside_AreReadAndTellItFromOthers()
    {
        using var scope = NewDisposeScope();
        File.WriteAllBytes(Net, External("weights.bin"));
        string weights = _folder.File("weights.bin");
        List<string> hashes = [];
        // Wherever the process stands.
        foreach (float[] values in (float[][])[[1, 2, 3], [4, 5, 6]])
        {
            File.WriteAllBytes(weights, MemoryMarshal.AsBytes<float>(values).ToArray());
            OnnxFile file = OnnxFile.Read(Net);
            hashes.Add(file.Hash);
            using OnnxSession session = OnnxSession.Open(file);
            CollectionAssert.AreEqual(values, session.Run(ones(1, 3, 1, 1), ["y"])[0].data<float>().ToArray());
        }

        Assert.AreNotEqual(hashes[0], hashes[1]);
        File.WriteAllBytes(weights, new byte[5]);
        StringAssert.Contains(Assert.ThrowsExactly<FormatException>(() => Teacher.FromOnnx(Net)).Message, "ONNX Runtime refuses");
    }

    [TestMethod]
    public void FromOnnx_GraphsWithinGraphs_AreNotFollowedForEver()
    {
        byte[] graph = [];
        for (int i = 0; i < 1000; i++)
        {
            // A graph's node's attribute's graph.
            graph = Message(1, Message(5, Message(6, graph)));
        }

        File.WriteAllBytes(Net, [8, 8, 0x12, 1, 0x61, .. Message(7, graph)]);
        StringAssert.Contains(Assert.ThrowsExactly<FormatException>(() => Teacher.FromOnnx(Net)).Message, "more than 100 deep");
    }

    [TestMethod]
    public void FirstUse_RuntimeThatIsMissing_NamesThePackage()
    {
        foreach (Exception fault in (Exception[])
        [
            new FileNotFoundException("no file", "Microsoft.ML.OnnxRuntime, Version=0.0.0.0, Culture=neutral"),
            new TypeInitializationException("NativeMethods", new DllNotFoundException("no library")),
            new DllNotFoundException("no library"),
            new MissingMethodException("an older version"),
        ])
        {
            string message = Assert.ThrowsExactly<InvalidOperationException>(() => OnnxSession.FirstUse<int>(() => throw fault)).Message;
            StringAssert.Contains(message, "Add the package Microsoft.ML.OnnxRuntime, version 1.31.1, to the application");
            StringAssert.Contains(message, fault.GetBaseException().Message);
        }
    }

    private static OnnxWriter Image() => new OnnxWriter().Input("x", ["n", 3, 8, 8]);

    private static byte[] External(string location) => new OnnxWriter()
        .Input("x", ["n", 3, 1, 1])
        .Weights("w", [], [3, 1, 1], location)
        .Node("Mul", ["x", "w"], "z")
        .Node("Flatten", ["z"], "y", ("axis", 1L))
        .Output("y", ["n", 3]).ToBytes();

    private static byte[] Message(int field, byte[] content)
    {
        uint length = (uint)content.Length;
        return [(byte)((field << 3) | 2), (byte)(length | 0x80), (byte)((length >> 7) | 0x80), (byte)(length >> 14), .. content];
    }
}
