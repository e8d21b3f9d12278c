using System.Buffers.Binary;
using System.IO.Compression;
using System.Numerics;
using System.Text;
using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>
/// Reads a state dictionary that PyTorch's <c>torch.save</c> wrote, alone or in a checkpoint. Nothing of the file is executed.
/// </summary>
internal static class PyTorchFile
{
    private const string Pickle = "/data.pkl";
    private const string Conversion = "Write it again in Python by torch.save(model.state_dict(), 'weights.pth').";

    // Deflate makes 258 bytes of 2 bits at the most.
    private const long MostDeflated = 1032;

    // Of the pickles that the format of before PyTorch 1.6 begins with, the second one's number.
    private const long LegacyProtocol = 1001;

    /// <summary>
    /// Under what the field's scripts keep the weights: timm, Lightning and PyTorch's ImageNet example; RepDistiller, mdistiller and
    /// torchdistill; PyTorch's tutorials; pytorch-cifar.
    /// </summary>
    private static readonly string[] StateNames = ["state_dict", "model", "model_state_dict", "net"];

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The tensors by name, on the CPU; the caller owns them. Several may share their numbers.</returns>
    /// <exception cref="FormatException">The file is no state dictionary, is damaged or holds more than tensors and plain
    /// values.</exception>
    public static IReadOnlyDictionary<string, Tensor> Read(string path)
    {
        using FileStream stream = File.OpenRead(path);
        try
        {
            return FileContents.Of(stream) switch
            {
                FileContent.PyTorch => ReadArchive(stream, path),
                FileContent.PyTorchLegacy => ReadLegacy(stream, path),
                FileContent other => throw FileContents.Wrong(path, other, "state dictionary of PyTorch"),
            };
        }
        catch (Exception fault) when (fault is InvalidDataException or EndOfStreamException)
        {
            throw new FormatException($"'{path}' is damaged ({fault.Message}): fetch it again.", fault);
        }
    }

    private static Dictionary<string, Tensor> ReadArchive(FileStream stream, string path)
    {
        using var archive = new ZipArchive(stream, ZipArchiveMode.Read, leaveOpen: true);
        ZipArchiveEntry pickle = archive.Entries.First(entry => entry.FullName.EndsWith(Pickle, StringComparison.Ordinal));
        string folder = pickle.FullName[..^Pickle.Length];
        if (archive.GetEntry($"{folder}/byteorder") is { } order && Encoding.ASCII.GetString(ReadAll(order)) != "little")
        {
            throw BigEndian(path);
        }

        object? root = new PickleReader(ReadAll(pickle), path).Read();
        return Tensors(StateOf(root, path), storage =>
        {
            ZipArchiveEntry entry = archive.GetEntry($"{folder}/data/{storage.Key}")
                ?? throw new FormatException($"'{path}' has no entry 'data/{storage.Key}', which its pickle names. "
                    + "The file is damaged: fetch it again.");
            CheckLength(entry);
            if (entry.Length != storage.Bytes)
            {
                throw new FormatException(
                    Invariant($"'{path}', entry '{entry.FullName}': found {entry.Length} bytes, ")
                        + Invariant($"expected {storage.Bytes} for {storage.Count} of {storage.Type}. ")
                        + "The file is damaged: fetch it again.");
            }

            Tensor values = empty(storage.Count, storage.Type);
            using Stream bytes = entry.Open();
            bytes.ReadExactly(values.bytes);
            return values;
        });

        byte[] ReadAll(ZipArchiveEntry entry)
        {
            CheckLength(entry);
            using Stream bytes = entry.Open();
            byte[] all = new byte[entry.Length];
            bytes.ReadExactly(all);
            return all;
        }

        // So that nothing is allocated which cannot be there. PyTorch itself compresses nothing, other writers do.
        void CheckLength(ZipArchiveEntry entry)
        {
            if (entry.CompressedLength > stream.Length
                || entry.Length > Math.Min(MostDeflated * (entry.CompressedLength + 1), Array.MaxLength))
            {
                throw new FormatException(
                    Invariant($"'{path}', entry '{entry.FullName}': found {entry.Length} bytes in {entry.CompressedLength} ")
                        + Invariant($"of a file of {stream.Length}, expected no more than can be in it, ")
                        + Invariant($"and at most {Array.MaxLength}. {Conversion}"));
            }
        }
    }

    private static Dictionary<string, Tensor> ReadLegacy(FileStream stream, string path)
    {
        if (stream.Length > Array.MaxLength)
        {
            throw new FormatException(Invariant($"'{path}' has {stream.Length} bytes, ")
                + Invariant($"expected at most {Array.MaxLength} in the format of before PyTorch 1.6. {Conversion}"));
        }

        stream.Position = 0;
        byte[] content = new byte[stream.Length];
        stream.ReadExactly(content);
        var pickles = new PickleReader(content, path);
        if (pickles.Read() is not BigInteger || pickles.Read() is not LegacyProtocol || pickles.Read() is not PickledDictionary system)
        {
            throw pickles.Damaged("found another beginning than torch.save's");
        }

        if (system.Items.Contains(("little_endian", false)))
        {
            throw BigEndian(path);
        }

        object? root = pickles.Read();
        Dictionary<string, PickledStorage> storages = new(pickles.Storages);
        List<object?> keys = pickles.Read() as List<object?> ?? throw pickles.Damaged("found no list of storages");

        // Storage after storage: the number of elements, and they.
        Dictionary<string, int> places = new(StringComparer.Ordinal);
        int position = pickles.Position;
        foreach (object? key in keys)
        {
            if (key is not string name || !storages.TryGetValue(name, out PickledStorage? storage) || content.Length - position < 8)
            {
                throw pickles.Damaged("found a list of storages that does not fit the tensors");
            }

            long count = BinaryPrimitives.ReadInt64LittleEndian(content.AsSpan(position));
            position += 8;
            if (count != storage.Count || storage.Bytes > content.Length - position)
            {
                throw new FormatException(
                    Invariant($"'{path}', byte {position}: found {count} elements and {content.Length - position} bytes, ")
                        + Invariant($"expected {storage.Count} of {storage.Type} in {storage.Bytes} bytes. ")
                        + "The file is cut off or damaged: fetch it again.");
            }

            places[name] = position;
            position += (int)storage.Bytes;
        }

        return Tensors(StateOf(root, path), storage =>
        {
            int from = places.TryGetValue(storage.Key, out int place)
                ? place
                : throw pickles.Damaged($"found no numbers for storage '{storage.Key}'");
            Tensor values = empty(storage.Count, storage.Type);
            content.AsSpan(from, (int)storage.Bytes).CopyTo(values.bytes);
            return values;
        });
    }

    private static Dictionary<string, Tensor> Tensors(PickledDictionary state, Func<PickledStorage, Tensor> read)
    {
        Dictionary<string, Tensor> storages = new(StringComparer.Ordinal), tensors = new(StringComparer.Ordinal);
        foreach ((object? key, object? value) in state.Items)
        {
            var tensor = (PickledTensor)value!;
            PickledStorage storage = tensor.Storage;
            if (!storages.TryGetValue(storage.Key, out Tensor? numbers))
            {
                storages.Add(storage.Key, numbers = read(storage));
            }

            tensors[(string)key!] = numbers.as_strided(tensor.Shape, tensor.Strides, storage.Offset + tensor.Offset);
        }

        return tensors;
    }

    private static PickledDictionary StateOf(object? root, string path)
    {
        if (root is not PickledDictionary dictionary)
        {
            throw new FormatException($"'{path}' holds {Describe(root)}: expected a state dictionary. {Conversion}");
        }

        if (dictionary.IsState)
        {
            return dictionary;
        }

        (string Name, PickledDictionary State)[] states = [.. dictionary.Items
            .Where(item => item is (string, PickledDictionary { IsState: true }))
            .Select(item => ((string)item.Key!, (PickledDictionary)item.Value!))];
        return states.Length == 1 ? states[0].State
            : StateNames.SelectMany(name => states.Where(state => state.Name == name)).FirstOrDefault().State
            ?? throw new FormatException(
                Invariant($"'{path}' holds {states.Length} state dictionaries")
                    + Invariant($"{string.Concat(states.Select(state => $" '{state.Name}'"))} among ")
                    + (dictionary.Items.Count == 0
                        ? "nothing"
                        : string.Join(", ", dictionary.Items.Take(10).Select(item => Invariant($"'{item.Key}' ({Describe(item.Value)})"))))
                    + ": expected names with tensors, alone or once under a name, "
                    + $"or under one of {string.Join(", ", StateNames)}. {Conversion}");
    }

    private static string Describe(object? value) => value switch
    {
        null => "None",
        PickledTensor tensor => $"a tensor [{InvariantText.Join(", ", tensor.Shape)}]",
        PickledDictionary { Items.Count: 0 } => "an empty dictionary",
        PickledDictionary => "a dictionary",
        PickledObject made => $"a {made.Class}",
        PickledGlobal global => $"{global}",
        string => "a text",
        long or double or bool or BigInteger => "a number",
        _ => "a list",
    };

    private static FormatException BigEndian(string path) => new($"'{path}' was written on a machine that has the high byte first: "
        + "expected the low byte first. Write it again on a usual machine by torch.save(model.state_dict(), 'weights.pth').");
}
