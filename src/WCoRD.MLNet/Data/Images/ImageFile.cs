using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace WCoRD.MLNet;

/// <summary>A file in a class's folder, as it was when the folder was looked through.</summary>
/// <param name="Path">Its path.</param>
/// <param name="Class">The class, counted from 0.</param>
internal sealed record ImageFile(string Path, int Class)
{
    // Enough to tell almost all files apart by it and their length.
    private const int HeadBytes = 4096;

    /// <summary>Its length in bytes.</summary>
    public long Length { get; private init; }

    /// <summary>When it was written.</summary>
    public DateTime Written { get; private init; }

    /// <summary>A hash of its beginning.</summary>
    public string Head { get; private init; } = "";

    /// <summary>Whether it is no image and does not say that it is one.</summary>
    public bool IsOther { get; private init; }

    /// <summary>Why it cannot be decoded, as far as is known; null: it can.</summary>
    public string? Fault { get; init; }

    /// <summary>Its pixels as they are stored; null: they were not decoded.</summary>
    public ImageSize? Size { get; init; }

    /// <summary>Looks at the file's beginning.</summary>
    public ImageFile Inspect()
    {
        try
        {
            using SafeFileHandle handle = File.OpenHandle(Path);
            byte[] head = new byte[HeadBytes];
            head = head[..RandomAccess.Read(handle, head, 0)];
            ImageSignature signature = ImageSignature.Of(head.AsSpan(0, Math.Min(head.Length, ImageSignature.HeadBytes)));
            return this with
            {
                Length = RandomAccess.GetLength(handle),
                Written = File.GetLastWriteTimeUtc(handle),
                Head = Convert.ToHexString(SHA256.HashData(head)),
                IsOther = signature.Name is null && (!ImageSignature.IsNamedAsImage(Path) || IsFork(Path)),
                Fault = signature.IsRead ? null
                    : head.Length == 0 ? "is empty"
                    : signature.Name is { } known ? $"is of the format {known}, which is not read"
                    : "is named as an image and is none",
            };
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return this with { Fault = $"cannot be read ({fault.Message})" };
        }
    }

    /// <summary>Decodes the file.</summary>
    public ImageFile Decode(DecodedSize size)
    {
        if (Fault is not null || IsOther)
        {
            return this;
        }

        try
        {
            byte[] file = Read();
            _ = ImageDecoder.Decode(file, "it", size);
            return this with { Size = ImageDecoder.SizeOf(file) };
        }
        catch (Exception fault) when (fault is IOException or InvalidDataException)
        {
            return this with { Fault = $"cannot be decoded ({fault.Message})" };
        }
    }

    /// <summary>The file's bytes.</summary>
    /// <exception cref="IOException">It cannot be read, or is another than when the folder was looked through.</exception>
    public byte[] Read()
    {
        if (!File.Exists(Path))
        {
            throw new IOException($"The image '{Path}' was there when its folder was loaded and is gone. Load the folder again.");
        }

        byte[] file = PixelLoading.ReadFile(Path);
        return file.LongLength == Length && File.GetLastWriteTimeUtc(Path) == Written ? file
            : throw new IOException(
                $"The image '{Path}' was changed after its folder was loaded. Load the folder again when nobody writes into it.");
    }

    // What macOS writes beside files on foreign disks, under their names.
    private static bool IsFork(string path) => System.IO.Path.GetFileName(path).StartsWith("._", StringComparison.Ordinal);
}
