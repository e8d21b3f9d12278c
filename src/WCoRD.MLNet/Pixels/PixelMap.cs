namespace WCoRD.MLNet;

/// <summary>A function of one row's images: which columns it reads, which it adds, and how.</summary>
internal abstract class PixelMap
{
    /// <summary>The columns read, each of images, with the parameter that names it.</summary>
    public abstract IReadOnlyList<(string Option, string Name)> Inputs { get; }

    /// <summary>The columns added for images of these sizes.</summary>
    /// <exception cref="ArgumentException">The images have the wrong number of channels or the wrong size.</exception>
    public abstract IReadOnlyList<PixelOutput> Bind(IReadOnlyList<ImageColumn> inputs);

    /// <summary>The names and types of the added columns, as far as they are known before the data.</summary>
    public abstract IReadOnlyList<(string Name, bool? IsByte)> Outputs { get; }

    /// <summary>Maps one row.</summary>
    /// <param name="inputs">Pixel values of each column read.</param>
    /// <param name="sizes">The sizes of the columns read.</param>
    /// <param name="outputs">Receives the pixel values of each column added; those of bytes are rounded and clipped afterwards.</param>
    public abstract void Map(float[][] inputs, IReadOnlyList<ImageColumn> sizes, float[][] outputs);

    /// <summary>Writes down, for ONNX, what <see cref="Map"/> computes.</summary>
    /// <param name="chain">The chain.</param>
    /// <param name="inputs">Each column read, as floats <c>[batch, channels, height, width]</c>.</param>
    /// <param name="sizes">The sizes of the columns read.</param>
    /// <returns>Each column added, as floats that are not yet rounded and clipped.</returns>
    public abstract IReadOnlyList<string> Write(OnnxChain chain, IReadOnlyList<string> inputs, IReadOnlyList<ImageColumn> sizes);

    /// <summary>Writes what <see cref="Read"/> needs.</summary>
    public abstract void Write(BinaryWriter writer);

    /// <exception cref="FormatException">The kind is unknown or a number is out of range.</exception>
    public static PixelMap Read(BinaryReader reader)
    {
        string kind = reader.ReadString();
        return kind switch
        {
            LuminanceChrominanceMap.Kind => LuminanceChrominanceMap.ReadOne(reader),
            RgbMap.Kind => RgbMap.ReadOne(reader),
            DownsampleMap.Kind => DownsampleMap.ReadOne(reader),
            _ => throw new FormatException($"The model file's pixel mapping is '{kind}': "
                + $"expected {LuminanceChrominanceMap.Kind}, {RgbMap.Kind} or {DownsampleMap.Kind}. "
                + "The file is damaged, or of a newer version of WCoRD.MLNet."),
        };
    }

    /// <exception cref="ArgumentException">The column has another number of channels.</exception>
    protected static void CheckChannels(ImageColumn column, int expected, string meaning)
    {
        if (column.Channels != expected)
        {
            throw new ArgumentException(
                Invariant($"Column '{column.Column.Name}' has {column.Channels} channel(s): expected {expected} ({meaning})."));
        }
    }

    protected static void WriteOptional(BinaryWriter writer, string? name)
    {
        writer.Write(name is not null);
        if (name is not null)
        {
            writer.Write(name);
        }
    }

    protected static string? ReadOptional(BinaryReader reader) => reader.ReadBoolean() ? reader.ReadString() : null;
}
