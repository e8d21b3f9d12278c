using System.Buffers.Binary;
using System.Text.Json;
using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>Reads and writes safetensors: named tensors behind a JSON header, without code to execute.</summary>
internal static class Safetensors
{
    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The tensors by name, on the CPU; the caller owns them.</returns>
    /// <exception cref="FormatException">The file is not valid; the message says where.</exception>
    public static IReadOnlyDictionary<string, Tensor> Read(string path)
    {
        using FileStream stream = File.OpenRead(path);
        return Read(stream, path);
    }

    /// <summary>Reads what is left of a stream.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="nameForErrors">How errors name it.</param>
    /// <returns>The tensors by name, on the CPU; the caller owns them.</returns>
    /// <exception cref="FormatException">The content is not valid; the message says where.</exception>
    public static IReadOnlyDictionary<string, Tensor> Read(Stream stream, string nameForErrors) => Read(stream, nameForErrors, out _);

    /// <summary>Reads what is left of a stream, and the texts of its header.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="nameForErrors">How errors name it.</param>
    /// <param name="metadata">The texts; empty where there are none.</param>
    /// <returns>The tensors by name, on the CPU; the caller owns them.</returns>
    /// <exception cref="FormatException">The content is not valid; the message says where.</exception>
    public static IReadOnlyDictionary<string, Tensor> Read(
        Stream stream, string nameForErrors, out IReadOnlyDictionary<string, string> metadata)
    {
        if (stream.CanSeek && stream.Length - stream.Position > Array.MaxLength)
        {
            throw new FormatException(Invariant($"'{nameForErrors}' has {stream.Length - stream.Position} bytes, ")
                + Invariant($"expected at most {Array.MaxLength}. Is it the weights of a network for small images?"));
        }

        // Only what is really there is allocated, whatever the header says.
        using MemoryStream copy = new(stream.CanSeek ? (int)(stream.Length - stream.Position) : 0);
        stream.CopyTo(copy);
        ReadOnlyMemory<byte> content = copy.GetBuffer().AsMemory(0, (int)copy.Length);
        (IReadOnlyList<SafetensorsEntry> entries, metadata, long start) = SafetensorsHeader.Read(content, nameForErrors);

        Dictionary<string, Tensor> tensors = new(StringComparer.Ordinal);
        foreach (SafetensorsEntry entry in entries)
        {
            Tensor value = empty(entry.Shape, entry.Type, device: CPU);
            if (entry.End > entry.Begin)
            {
                content.Span[(int)(start + entry.Begin)..(int)(start + entry.End)].CopyTo(value.bytes);
            }

            tensors.Add(entry.Name, value);
        }

        return tensors;
    }

    /// <summary>Writes tensors of float32, bfloat16 or int64.</summary>
    /// <param name="stream">Where to.</param>
    /// <param name="tensors">Names, each once, and values; they stay the caller's.</param>
    /// <param name="metadata">Texts for the header; null: none.</param>
    /// <exception cref="ArgumentException">A name occurs twice or is reserved, or an element type is another.</exception>
    public static void Write(
        Stream stream, IEnumerable<(string Name, Tensor Value)> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        (string Name, Tensor Value)[] all = [.. tensors];
        Check(all);

        // Wide elements first, so that every tensor is aligned to its element.
        (string Name, Tensor Value)[] inFile = [.. all.OrderByDescending(item => item.Value.element_size())];
        Dictionary<string, (long Begin, long End)> offsets = new(StringComparer.Ordinal);
        long position = 0;
        foreach ((string name, Tensor value) in inFile)
        {
            long end = position + (value.numel() * value.element_size());
            offsets.Add(name, (position, end));
            position = end;
        }

        byte[] header = MakeHeader(all, offsets, metadata);
        Span<byte> prefix = stackalloc byte[SafetensorsHeader.PrefixLength];
        BinaryPrimitives.WriteUInt64LittleEndian(prefix, (ulong)header.Length);
        stream.Write(prefix);
        stream.Write(header);
        foreach ((_, Tensor value) in inFile)
        {
            using var scope = NewDisposeScope();
            stream.Write(value.detach().cpu().contiguous().bytes);
        }
    }

    private static void Check((string Name, Tensor Value)[] tensors)
    {
        HashSet<string> names = [SafetensorsHeader.Metadata];
        foreach ((string name, Tensor value) in tensors)
        {
            if (!names.Add(name))
            {
                throw new ArgumentException(
                    $"The name '{name}' is reserved or occurs twice: give each tensor a name of its own.",
                    nameof(tensors));
            }

            if (value.dtype is not (ScalarType.Float32 or ScalarType.BFloat16 or ScalarType.Int64))
            {
                throw new ArgumentException(
                    $"Tensor '{name}' is {value.dtype}, expected Float32, BFloat16 or Int64: convert it first.",
                    nameof(tensors));
            }
        }
    }

    private static byte[] MakeHeader(
        (string Name, Tensor Value)[] tensors,
        Dictionary<string, (long Begin, long End)> offsets,
        IReadOnlyDictionary<string, string>? metadata)
    {
        using MemoryStream header = new();
        using (Utf8JsonWriter json = new(header))
        {
            json.WriteStartObject();
            if (metadata is not null)
            {
                json.WriteStartObject(SafetensorsHeader.Metadata);
                foreach ((string name, string text) in metadata)
                {
                    json.WriteString(name, text);
                }

                json.WriteEndObject();
            }

            foreach ((string name, Tensor value) in tensors)
            {
                json.WriteStartObject(name);
                json.WriteString("dtype", SafetensorsEntry.Types.First(type => type.Type == value.dtype).Name);
                WriteNumbers(json, "shape", value.shape);
                WriteNumbers(json, "data_offsets", [offsets[name].Begin, offsets[name].End]);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        // The format fills up with blanks; 8 suits every element type.
        while (header.Length % 8 != 0)
        {
            header.WriteByte((byte)' ');
        }

        return header.ToArray();
    }

    private static void WriteNumbers(Utf8JsonWriter json, string name, long[] numbers)
    {
        json.WriteStartArray(name);
        foreach (long number in numbers)
        {
            json.WriteNumberValue(number);
        }

        json.WriteEndArray();
    }
}
