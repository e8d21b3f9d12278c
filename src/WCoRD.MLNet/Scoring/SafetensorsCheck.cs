using System.Buffers.Binary;
using System.Text.Json;

namespace WCoRD.MLNet;

/// <summary>Checks, without libtorch, that bytes are a whole safetensors file, so that a damaged model fails when it is loaded and not when it is first used.</summary>
internal static class SafetensorsCheck
{
    /// <exception cref="FormatException">The header is damaged, or data are missing or left over.</exception>
    public static void Check(ReadOnlyMemory<byte> file, string name)
    {
        ulong header = file.Length >= 8 ? BinaryPrimitives.ReadUInt64LittleEndian(file.Span) : ulong.MaxValue;
        if (header > (ulong)(file.Length - 8))
        {
            throw new FormatException($"'{name}' has {file.Length} bytes, which is less than its safetensors header: the file is truncated. Copy or save it again.");
        }

        long end = 0;
        try
        {
            using JsonDocument json = JsonDocument.Parse(file.Slice(8, (int)header));
            foreach (JsonProperty entry in json.RootElement.EnumerateObject().Where(entry => entry.Name != "__metadata__"))
            {
                end = Math.Max(end, entry.Value.GetProperty("data_offsets")[1].GetInt64());
            }
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException or KeyNotFoundException or FormatException or IndexOutOfRangeException)
        {
            throw new FormatException($"'{name}' has a damaged safetensors header at byte 8 ({fault.Message}). Copy or save it again.");
        }

        if (8 + (long)header + end != file.Length)
        {
            throw new FormatException($"'{name}' has {file.Length} bytes: expected {8 + (long)header + end}, as its safetensors header says. Copy or save it again.");
        }
    }
}
