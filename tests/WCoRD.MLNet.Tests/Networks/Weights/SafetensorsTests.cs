using System.Buffers.Binary;
using System.Text;
using TorchSharp;
using static TorchSharp.torch;

namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed class SafetensorsTests
{
    private const string TwoTensors =
        """{"__metadata__":{"made":"by hand"},"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"I64","shape":[],"data_offsets":[8,16]}}""";

    [TestMethod]
    public void Read_FileMadeByHand_GivesItsTensors()
    {
        using var scope = NewDisposeScope();
        byte[] data = [0, 0, 0x80, 0x3F, 0, 0, 0x20, 0xC0, 5, 0, 0, 0, 0, 0, 0, 0];
        IReadOnlyDictionary<string, Tensor> tensors = Read(File(TwoTensors, data));
        Assert.HasCount(2, tensors);
        CollectionAssert.AreEqual(new[] { 1f, -2.5f }, tensors["a"].data<float>().ToArray());
        Assert.AreEqual(5L, tensors["b"].item<long>());
        Assert.IsEmpty(tensors["b"].shape);
    }

    [TestMethod]
    [DataRow("F64", new byte[] { 0, 0, 0, 0, 0, 0, 0xF8, 0x3F }, 1.5)]
    [DataRow("F32", new byte[] { 0, 0, 0xC0, 0x3F }, 1.5)]
    [DataRow("F16", new byte[] { 0, 0x3E }, 1.5)]
    [DataRow("BF16", new byte[] { 0xC0, 0x3F }, 1.5)]
    [DataRow("I64", new byte[] { 0xFE, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF }, -2.0)]
    [DataRow("I32", new byte[] { 0xFE, 0xFF, 0xFF, 0xFF }, -2.0)]
    [DataRow("I16", new byte[] { 0xFE, 0xFF }, -2.0)]
    [DataRow("I8", new byte[] { 0xFE }, -2.0)]
    [DataRow("U8", new byte[] { 0xFE }, 254.0)]
    [DataRow("BOOL", new byte[] { 1 }, 1.0)]
    public void Read_EveryType_GivesItsValue(string type, byte[] data, double expected)
    {
        using var scope = NewDisposeScope();
        Tensor value = Read(File($$$"""{"a":{"dtype":"{{{type}}}","shape":[1],"data_offsets":[0,{{{data.Length}}}]}}""", data))["a"];
        Assert.AreEqual(expected, value.to(ScalarType.Float64).item<double>());
    }

    [TestMethod]
    [DataRow("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}""", 12, "'b'", "overlaps")]
    [DataRow("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 8, "'b'", "overlaps")]
    [DataRow("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}}""", 12, "'b'", "gap")]
    [DataRow("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8, "'a'", "gap")]
    [DataRow("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 8, "4 bytes after the last tensor", "expected none")]
    [DataRow("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 4, "'a'", "data_offsets [0, 8]")]
    [DataRow("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}""", 8, "'a'", "begin <= end")]
    [DataRow("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[-4,0]}}""", 8, "'a'", "-4")]
    [DataRow("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,18446744073709551620]}}""", 8, "'a'", "18446744073709551620")]
    [DataRow("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4,8]}}""", 8, "'a'", "data_offsets")]
    [DataRow("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0]}}""", 8, "'a'", "data_offsets")]
    [DataRow("""{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}""", 8, "'a'", "expected 12")]
    [DataRow("""{"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}""", 8, "'a'", "-2")]
    [DataRow("""{"a":{"dtype":"F32","shape":[1.5],"data_offsets":[0,8]}}""", 8, "'a'", "1.5")]
    [DataRow("""{"a":{"dtype":"F32","shape":["2"],"data_offsets":[0,8]}}""", 8, "'a'", "shape")]
    [DataRow("""{"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,0]}}""", 0, "'a'", "4294967296")]
    [DataRow("""{"a":{"dtype":"F32","shape":[0,4611686018427387904,4611686018427387904],"data_offsets":[0,0]}}""", 0, "'a'", "counted")]
    [DataRow("""{"a":{"dtype":"F32","shape":[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1],"data_offsets":[0,4]}}""", 4, "'a'", "33 dimensions")]
    [DataRow("""{"a":{"dtype":"Q4","shape":[2],"data_offsets":[0,8]}}""", 8, "'a'", "'Q4'")]
    [DataRow("""{"a":{"dtype":7,"shape":[2],"data_offsets":[0,8]}}""", 8, "'a'", "dtype")]
    [DataRow("""{"a":{"shape":[2],"data_offsets":[0,8]}}""", 8, "'a'", "0 members 'dtype'")]
    [DataRow("""{"a":{"dtype":"F32","dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 8, "'a'", "2 members 'dtype'")]
    [DataRow("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"a":{"dtype":"F32","shape":[0],"data_offsets":[8,8]}}""", 8, "'a'", "more than once")]
    [DataRow("""{"a":[1,2]}""", 0, "'a'", "Array")]
    [DataRow("""{"__metadata__":{"x":1}}""", 0, "__metadata__", "texts")]
    [DataRow("""["a"]""", 0, "Array", "expected an object")]
    [DataRow("""{"a":{"dtype":"F32",""", 0, "byte 8", "JSON")]
    [DataRow("""{"\ud800":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}}""", 0, "byte 8", "Unicode")]
    [DataRow("", 0, "byte 8", "JSON")]
    public void Read_BadHeader_SaysWhatAndWhere(string header, int dataLength, string what, string fault)
    {
        using var scope = NewDisposeScope();
        FormatException exception = Assert.ThrowsExactly<FormatException>(() => Read(File(header, new byte[dataLength])));
        StringAssert.Contains(exception.Message, "'test.safetensors', byte ");
        StringAssert.Contains(exception.Message, what == "byte 8" ? "byte " : what);
        StringAssert.Contains(exception.Message, fault);
    }

    [TestMethod]
    [DataRow(ulong.MaxValue)]
    [DataRow((ulong)long.MaxValue)]
    [DataRow(1UL << 32)]
    [DataRow(17UL)]
    public void Read_HeaderLengthBeyondFile_IsNotBelieved(ulong length)
    {
        byte[] file = new byte[24];
        BinaryPrimitives.WriteUInt64LittleEndian(file, length);
        FormatException exception = Assert.ThrowsExactly<FormatException>(() => Read(file));
        StringAssert.Contains(exception.Message, $"found a header of {length} bytes, expected at most the 16");
    }

    [TestMethod]
    public void Read_CutAnywhere_ThrowsFormatException()
    {
        byte[] file = File(TwoTensors, new byte[16]);
        for (int length = 0; length < file.Length; length++)
        {
            Assert.ThrowsExactly<FormatException>(() => Read(file[..length]), $"cut to {length} bytes");
        }
    }

    [TestMethod]
    public void Read_AnyByteChanged_ReadsOrThrowsFormatException()
    {
        using var scope = NewDisposeScope();
        byte[] file = File(TwoTensors, new byte[16]);
        Random random = new(1);
        int refused = 0;
        for (int i = 0; i < 3000; i++)
        {
            byte[] changed = [.. file];
            changed[random.Next(changed.Length - 16)] = (byte)random.Next(256);
            changed[random.Next(changed.Length - 16)] = (byte)random.Next(256);
            try
            {
                Read(changed);
            }
            catch (FormatException)
            {
                refused++;
            }
        }

        Assert.IsGreaterThan(2000, refused);
    }

    [TestMethod]
    public void Read_BadFile_LeavesNoTensor()
    {
        byte[] file = File(TwoTensors, new byte[15]);
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        Assert.ThrowsExactly<FormatException>(() => Read(file));
        Assert.AreEqual(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [TestMethod]
    public void Write_ThenRead_GivesTheSame()
    {
        using var scope = NewDisposeScope();
        Tensor transposed = arange(6, ScalarType.Float32).view(2, 3).t();
        (string, Tensor)[] tensors = [("grün \"x\"", transposed), ("empty", zeros(0, 3)), ("counter", tensor(long.MinValue)), ("scalar", tensor(-0.5f))];
        using MemoryStream stream = new();
        Safetensors.Write(stream, tensors);
        byte[] file = stream.ToArray();
        Assert.AreEqual(0UL, BinaryPrimitives.ReadUInt64LittleEndian(file) % 8, "The header is padded.");
        IReadOnlyDictionary<string, Tensor> read = Read(file);
        Assert.HasCount(4, read);
        foreach ((string name, Tensor value) in tensors)
        {
            CollectionAssert.AreEqual(value.shape, read[name].shape);
            Assert.AreEqual(value.dtype, read[name].dtype);
            Assert.IsTrue(value.eq(read[name]).all().item<bool>(), name);
        }
    }

    [TestMethod]
    public void Write_TwiceTheSameNameOrOtherType_Throws()
    {
        using var scope = NewDisposeScope();
        Tensor one = ones(1);
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => Safetensors.Write(Stream.Null, [("a", one), ("a", one)])).Message, "'a'");
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => Safetensors.Write(Stream.Null, [("b", one.to(ScalarType.Int32))])).Message, "'b' is Int32");
    }

    private static IReadOnlyDictionary<string, Tensor> Read(byte[] file) => Safetensors.Read(new MemoryStream(file), "test.safetensors");

    private static byte[] File(string header, byte[] data)
    {
        byte[] text = Encoding.UTF8.GetBytes(header);
        byte[] prefix = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(prefix, (ulong)text.Length);
        return [.. prefix, .. text, .. data];
    }
}
