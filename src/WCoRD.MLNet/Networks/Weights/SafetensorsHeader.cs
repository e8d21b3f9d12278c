using System.Text;
using System.Text.Json;
using TorchSharp;

namespace WCoRD.MLNet;

/// <summary>
/// Reads and checks a safetensors header. No number of the file is believed before it was compared with the file's length.
/// </summary>
internal static class SafetensorsHeader
{
    /// <summary>Bytes before the header: its length as an unsigned 64-bit number.</summary>
    public const int PrefixLength = 8;

    /// <summary>The member of the header that holds texts of the file's own, no tensor.</summary>
    public const string Metadata = "__metadata__";

    private const int MaximumRank = 32;
    private const string Advice = "The file is damaged or not a safetensors file: fetch or export it again.";

    /// <summary>Checks a whole file's structure.</summary>
    /// <param name="content">The file.</param>
    /// <param name="file">Its name, for errors.</param>
    /// <returns>The tensors in the header's order, the header's own texts, and the file offset of the tensors' data.</returns>
    /// <exception cref="FormatException">Something is wrong; the message says where.</exception>
    public static (IReadOnlyList<SafetensorsEntry> Entries, IReadOnlyDictionary<string, string> Metadata, long DataStart) Read(
        ReadOnlyMemory<byte> content, string file)
    {
        if (content.Length < PrefixLength)
        {
            throw Fault(file, 0, Invariant($"found {content.Length} bytes, expected at least the {PrefixLength} of the header's length"));
        }

        ulong length = System.Buffers.Binary.BinaryPrimitives.ReadUInt64LittleEndian(content.Span);
        if (length > (ulong)(content.Length - PrefixLength))
        {
            throw Fault(file, 0, Invariant($"found a header of {length} bytes, ")
                + Invariant($"expected at most the {content.Length - PrefixLength} bytes that follow"));
        }

        ReadOnlyMemory<byte> header = content.Slice(PrefixLength, (int)length);
        long dataStart = PrefixLength + (long)length;
        (List<SafetensorsEntry> entries, Dictionary<string, string> metadata) = Parse(header, file, content.Length - dataStart, dataStart);
        CheckLayout(entries, file, content.Length - dataStart, dataStart);
        return (entries, metadata, dataStart);
    }

    private static (List<SafetensorsEntry> Entries, Dictionary<string, string> Metadata) Parse(
        ReadOnlyMemory<byte> header, string file, long dataLength, long dataStart)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(header);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                throw Fault(file, PrefixLength, $"found a JSON {document.RootElement.ValueKind} as header, expected an object");
            }

            List<SafetensorsEntry> entries = [];
            Dictionary<string, string> metadata = [];
            HashSet<string> names = new(StringComparer.Ordinal);
            foreach (JsonProperty property in document.RootElement.EnumerateObject())
            {
                if (!names.Add(property.Name))
                {
                    throw Fault(
                        file, PrefixLength, $"found tensor '{property.Name}' more than once in the header, expected each name once");
                }

                if (property.Name == Metadata)
                {
                    metadata = ReadMetadata(property.Value, file);
                }
                else
                {
                    entries.Add(ParseEntry(property, file, dataLength, dataStart));
                }
            }

            return (entries, metadata);
        }
        catch (JsonException exception)
        {
            long offset = PrefixLength + (exception.LineNumber == 0 ? exception.BytePositionInLine ?? 0 : 0);
            throw Fault(file, offset, $"found a header that is not JSON ({exception.Message})", exception);
        }
        catch (Exception exception) when (exception is InvalidOperationException or DecoderFallbackException)
        {
            // JsonElement reports text that is no valid Unicode only when it is read.
            throw Fault(file, PrefixLength, "found text in the header that is not valid Unicode", exception);
        }
    }

    private static Dictionary<string, string> ReadMetadata(JsonElement metadata, string file)
    {
        if (metadata.ValueKind != JsonValueKind.Object
            || metadata.EnumerateObject().Any(item => item.Value.ValueKind != JsonValueKind.String))
        {
            throw Fault(file, PrefixLength, $"found '{Metadata}' that is not an object of texts");
        }

        Dictionary<string, string> texts = [];
        foreach (JsonProperty item in metadata.EnumerateObject())
        {
            if (!texts.TryAdd(item.Name, item.Value.GetString()!))
            {
                throw Fault(file, PrefixLength, $"found '{item.Name}' more than once in '{Metadata}', expected each name once");
            }
        }

        return texts;
    }

    private static SafetensorsEntry ParseEntry(JsonProperty property, string file, long dataLength, long dataStart)
    {
        FormatException Wrong(string what, long offset = PrefixLength) => Fault(file, offset, $"tensor '{property.Name}': {what}");

        JsonElement Member(string name, JsonValueKind kind)
        {
            if (property.Value.ValueKind != JsonValueKind.Object)
            {
                throw Wrong($"found a JSON {property.Value.ValueKind}, expected an object with dtype, shape and data_offsets");
            }

            JsonElement[] found = [.. property.Value.EnumerateObject()
                .Where(member => member.NameEquals(name))
                .Select(member => member.Value)];
            return found.Length != 1 ? throw Wrong(Invariant($"found {found.Length} members '{name}', expected 1"))
                : found[0].ValueKind != kind ? throw Wrong($"found a JSON {found[0].ValueKind} as {name}, expected {kind}")
                : found[0];
        }

        long[] Numbers(string name) =>
            [.. Member(name, JsonValueKind.Array).EnumerateArray()
                .Select(item =>
                    item.ValueKind == JsonValueKind.Number && item.TryGetInt64(out long number) && number >= 0
                        ? number
                        : throw Wrong(Invariant($"found {item.GetRawText()} in {name}, ")
                            + Invariant($"expected whole numbers from 0 to {long.MaxValue}")))];

        string type = Member("dtype", JsonValueKind.String).GetString()!;
        (string? known, torch.ScalarType scalar, int size) = SafetensorsEntry.Types.FirstOrDefault(candidate => candidate.Name == type);
        if (known is null)
        {
            throw Wrong($"found dtype '{type}', "
                + $"expected one of {string.Join(", ", SafetensorsEntry.Types.Select(candidate => candidate.Name))}");
        }

        long[] shape = Numbers("shape");
        string shapeText = $"[{InvariantText.Join(", ", shape.Take(MaximumRank))}]";
        if (shape.Length > MaximumRank)
        {
            throw Wrong(Invariant($"found {shape.Length} dimensions, expected at most {MaximumRank}"));
        }

        long[] offsets = Numbers("data_offsets");
        if (offsets.Length != 2 || offsets[0] > offsets[1] || offsets[1] > dataLength)
        {
            throw Wrong(Invariant($"found data_offsets [{InvariantText.Join(", ", offsets.Take(4))}], ")
                + Invariant($"expected begin and end with begin <= end <= {dataLength}, the bytes after the header"), dataStart);
        }

        // Lengths of 0 count as 1 here: torch multiplies the others nevertheless, to get strides.
        UInt128 product = 1;
        foreach (long extent in shape)
        {
            product *= (ulong)Math.Max(extent, 1);
            if (product > (UInt128)(long.MaxValue / 8))
            {
                throw Wrong($"found shape {shapeText}, which has more elements than can be counted", dataStart + offsets[0]);
            }
        }

        UInt128 bytes = shape.Contains(0) ? 0 : product * (UInt128)size;
        return bytes != (UInt128)(offsets[1] - offsets[0])
            ? throw Wrong(
                Invariant($"found {offsets[1] - offsets[0]} bytes of data, expected {bytes} for shape {shapeText} of {type}"),
                dataStart + offsets[0])
            : new SafetensorsEntry(property.Name, scalar, shape, offsets[0], offsets[1]);
    }

    /// <summary>The data must be covered without gap, overlap or rest: as the format demands, so that nothing hides in a file.</summary>
    private static void CheckLayout(List<SafetensorsEntry> entries, string file, long dataLength, long dataStart)
    {
        long position = 0;
        foreach (SafetensorsEntry entry in entries.OrderBy(entry => entry.Begin).ThenBy(entry => entry.End))
        {
            if (entry.Begin != position)
            {
                string fault = entry.Begin < position
                    ? "overlaps the tensor before it, which ends"
                    : "leaves a gap after the tensor before it, which ends";
                throw Fault(
                    file,
                    dataStart + entry.Begin,
                    Invariant($"tensor '{entry.Name}': found data_offsets [{entry.Begin}, {entry.End}]; ")
                        + Invariant($"it {fault} at {position}. Expected tensors that follow each other"));
            }

            position = entry.End;
        }

        if (position != dataLength)
        {
            throw Fault(file, dataStart + position, Invariant($"found {dataLength - position} bytes after the last tensor, expected none"));
        }
    }

    private static FormatException Fault(string file, long offset, string what, Exception? inner = null) =>
        new(Invariant($"'{file}', byte {offset}: {what}. {Advice}"), inner);
}
