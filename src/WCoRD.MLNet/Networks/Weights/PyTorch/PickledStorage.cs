using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>Numbers in a row, which one tensor or several are views of.</summary>
/// <param name="Type">Their type.</param>
/// <param name="Key">Their name in the file.</param>
/// <param name="Count">How many they are.</param>
/// <param name="Offset">Where a view of them begins; old files have such.</param>
internal sealed record PickledStorage(ScalarType Type, string Key, long Count, long Offset)
{
    /// <summary>The storages read, by PyTorch's name.</summary>
    public static IReadOnlyDictionary<string, (ScalarType Type, int Size)> Types { get; } = new Dictionary<string, (ScalarType, int)>
    {
        ["DoubleStorage"] = (ScalarType.Float64, 8),
        ["FloatStorage"] = (ScalarType.Float32, 4),
        ["HalfStorage"] = (ScalarType.Float16, 2),
        ["BFloat16Storage"] = (ScalarType.BFloat16, 2),
        ["LongStorage"] = (ScalarType.Int64, 8),
        ["IntStorage"] = (ScalarType.Int32, 4),
        ["ShortStorage"] = (ScalarType.Int16, 2),
        ["CharStorage"] = (ScalarType.Int8, 1),
        ["ByteStorage"] = (ScalarType.Byte, 1),
        ["BoolStorage"] = (ScalarType.Bool, 1),
    };

    /// <summary>The bytes that they take.</summary>
    public Int128 Bytes => (Int128)Count * Types.Values.First(type => type.Type == Type).Size;
}
