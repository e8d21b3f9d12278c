using System.Collections;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text;

namespace WCoRD.MLNet.Tests;

/// <summary>Writes files as PyTorch's <c>torch.save</c> lays them out, in the zip format and in that of before 1.6, operation by operation of pickle protocol 2.</summary>
internal sealed class PyTorchFileWriter : IEnumerable<KeyValuePair<string, PyTorchFileWriter.Entry>>
{
    private readonly OrderedDictionary<string, Entry> _items = [];

    /// <summary>A tensor, as a view of a storage. Every reference to a storage ends as the old format has it, which the new one lets be.</summary>
    internal sealed record Entry(string Storage, string Key, Array Values, int Offset, int[] Shape, int[] Strides)
    {
        /// <summary>A contiguous tensor that has a storage of its own.</summary>
        public static Entry Of(string storage, string key, Array values, params int[] shape) =>
            new(storage, key, values, 0, shape, [.. shape.Select((_, i) => shape.Skip(i + 1).Aggregate(1, (product, next) => product * next))]);
    }

    public Entry this[string name]
    {
        get => _items[name];
        set => _items[name] = value;
    }

    public IEnumerator<KeyValuePair<string, Entry>> GetEnumerator() => _items.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>The tensors in an OrderedDict with its metadata, as <c>model.state_dict()</c> gives them.</summary>
    public byte[] State(bool parameters = false) =>
    [
        .. "ccollections\nOrderedDict\n)R("u8, .. _items.SelectMany(item => (byte[])[.. Text(item.Key), .. parameters ? Parameter(item.Value) : Tensor(item.Value)]), .. "u"u8,
        .. "}"u8, .. Text("_metadata"), .. "ccollections\nOrderedDict\n)Rsb"u8,
    ];

    /// <summary>A checkpoint as RepDistiller writes it: the script's arguments, the epoch, the weights, and an optimiser with a tensor of its own.</summary>
    public byte[] Nested(string name) =>
    [
        .. "}("u8, .. Text("opt"), .. "cargparse\nNamespace\n)"u8, 0x81, .. "}"u8, .. Text("batch_size"), .. Number(64), .. "sb"u8,
        .. Text("epoch"), .. Number(240), .. Text(name), .. State(), .. Text("accuracy"), (byte)'G', 0x40, 0x52, 0x28, 0, 0, 0, 0, 0,
        .. Text("optimizer"), .. "}("u8, .. Text("state"), .. "}K\0}"u8, .. Text("momentum_buffer"), .. Tensor(_items.GetAt(0).Value), .. "ss"u8, .. Text("param_groups"), .. "]}au"u8, .. "u"u8,
    ];

    /// <summary>Writes a file of this object and this writer's storages.</summary>
    /// <param name="path">Where to.</param>
    /// <param name="value">The object's operations.</param>
    /// <param name="legacy">Whether in the format of before PyTorch 1.6.</param>
    public void Write(string path, byte[] value, bool legacy = false)
    {
        (string Key, Array Values)[] storages = [.. _items.Values.DistinctBy(item => item.Key).OrderBy(item => item.Key, StringComparer.Ordinal).Select(item => (item.Key, item.Values))];
        if (legacy)
        {
            using FileStream file = File.Create(path);
            byte[][] pickles =
            [
                [0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19],
                [(byte)'M', 0xe9, 3],
                [.. "}("u8, .. Text("protocol_version"), (byte)'M', 0xe9, 3, .. Text("little_endian"), 0x88, .. "u"u8],
                value,
                [.. "]("u8, .. storages.SelectMany(storage => Text(storage.Key)), .. "e"u8],
            ];
            foreach (byte[] pickle in pickles)
            {
                file.Write([0x80, 2, .. pickle, (byte)'.']);
            }

            foreach ((_, Array values) in storages)
            {
                file.Write(BitConverter.GetBytes((long)values.Length));
                file.Write(Bytes(values));
            }

            return;
        }

        using ZipArchive archive = ZipFile.Open(path, ZipArchiveMode.Create);
        Add("data.pkl", [0x80, 2, .. value, (byte)'.']);
        Add("byteorder", "little"u8);
        Add("version", "3\n"u8);
        foreach ((string key, Array values) in storages)
        {
            Add($"data/{key}", Bytes(values));
        }

        void Add(string name, ReadOnlySpan<byte> bytes)
        {
            using Stream entry = archive.CreateEntry("archive/" + name, CompressionLevel.NoCompression).Open();
            entry.Write(bytes);
        }
    }

    public static byte[] Text(string text) => [(byte)'X', .. BitConverter.GetBytes(text.Length), .. Encoding.ASCII.GetBytes(text)];

    public static byte[] Number(int number) => [(byte)'J', .. BitConverter.GetBytes(number)];

    private static byte[] Parameter(Entry item) => [.. "ctorch._utils\n_rebuild_parameter\n"u8, .. Tensor(item), 0x89, .. "ccollections\nOrderedDict\n)R"u8, 0x87, (byte)'R'];

    private static byte[] Tensor(Entry item) =>
    [
        .. "ctorch._utils\n_rebuild_tensor_v2\n(("u8, .. Text("storage"), .. Encoding.ASCII.GetBytes($"ctorch\n{item.Storage}\n"), .. Text(item.Key), .. Text("cuda:0"), .. Number(item.Values.Length), .. "NtQ"u8,
        .. Number(item.Offset), .. Numbers(item.Shape), .. Numbers(item.Strides), 0x89, .. "ccollections\nOrderedDict\n)RtR"u8,
    ];

    private static byte[] Numbers(int[] numbers) => [(byte)'(', .. numbers.SelectMany(Number), (byte)'t'];

    private static byte[] Bytes(Array values)
    {
        byte[] bytes = new byte[values.Length * Marshal.SizeOf(values.GetType().GetElementType()!)];
        GCHandle pinned = GCHandle.Alloc(values, GCHandleType.Pinned);
        try
        {
            Marshal.Copy(pinned.AddrOfPinnedObject(), bytes, 0, bytes.Length);
            return bytes;
        }
        finally
        {
            pinned.Free();
        }
    }
}
