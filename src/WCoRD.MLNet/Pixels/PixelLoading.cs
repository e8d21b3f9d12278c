using static Microsoft.ML.Transforms.Image.ImageResizingEstimator;

namespace WCoRD.MLNet;

/// <summary>How a column of images becomes a column of pixels.</summary>
/// <param name="Output">The added column.</param>
/// <param name="Input">The column of paths, of files' bytes, or of images.</param>
/// <param name="Size">What they are decoded to.</param>
/// <param name="Folder">Where relative paths begin; null: in the current folder.</param>
internal sealed record PixelLoading(string Output, string Input, DecodedSize Size, string? Folder)
{
    public const string InputOption = "inputColumnName";
    public const string Expected = "Text with paths, Vector<Byte> with the bytes of image files, or an image as LoadImages gives";

    /// <summary>Reads a file in place of the file system; null: that.</summary>
    public Func<string, byte[]>? Read { get; init; }

    /// <summary>Decodes the file at a path.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="InvalidDataException">It is no image, damaged or too large.</exception>
    public byte[] DecodeFile(string path)
    {
        if (path.Length == 0)
        {
            throw new InvalidDataException($"A row of column '{Input}' has no path: leave such rows out first.");
        }

        string file = Folder is null ? path : Path.Combine(Folder, path);
        return ImageDecoder.Decode((Read ?? ReadFile)(file), $"'{file}'", Size);
    }

    public static byte[] ReadFile(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new IOException($"The image '{path}' cannot be read: {fault.Message}", fault);
        }
    }

    public void Write(BinaryWriter writer)
    {
        writer.Write(Output);
        writer.Write(Input);
        writer.Write(Size.Height);
        writer.Write(Size.Width);
        writer.Write((int)Size.Resizing);
        writer.Write(Size.MaximumPixels);
        writer.Write(Folder is not null);
        writer.Write(Folder ?? "");
    }

    /// <exception cref="FormatException">A number is out of range.</exception>
    public static PixelLoading ReadOne(BinaryReader reader)
    {
        (string output, string input) = (reader.ReadString(), reader.ReadString());
        var size = new DecodedSize(reader.ReadInt32(), reader.ReadInt32(), (ResizingKind)reader.ReadInt32(), reader.ReadInt64());
        bool hasFolder = reader.ReadBoolean();
        string folder = reader.ReadString();
        return size is { Height: > 0, Width: > 0, MaximumPixels: > 0 } && Enum.IsDefined(size.Resizing)
            ? new PixelLoading(output, input, size, hasFolder ? folder : null)
            : throw new FormatException(Invariant($"The model file's pixel loading is to {size.Height} x {size.Width}, ")
                + Invariant($"resizing {(int)size.Resizing}, at most {size.MaximumPixels} pixels: ")
                + "expected at least 1 x 1, and a kind of resizing that is known. The file is damaged; save the model again.");
    }
}
