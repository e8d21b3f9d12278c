using System.Text;

namespace WCoRD.MLNet;

/// <summary>What a file is by its first bytes: names say little.</summary>
/// <param name="Name">The format's name; null: it is no image that is known.</param>
/// <param name="IsRead">Whether it can be decoded.</param>
internal sealed record ImageSignature(string? Name, bool IsRead)
{
    /// <summary>The bytes that are looked at.</summary>
    public const int HeadBytes = 16;

    private static readonly ImageSignature None = new(null, false);
    private static readonly string[] Extensions =
    [
        ".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".bmp", ".dib", ".gif", ".webp", ".tif", ".tiff", ".heic", ".heif", ".avif", ".jxl",
    ];

    /// <summary>Tells the format.</summary>
    public static ImageSignature Of(ReadOnlySpan<byte> head) =>
        head.StartsWith((ReadOnlySpan<byte>)[0xff, 0xd8, 0xff]) ? new("JPEG", true)
            : head.StartsWith((ReadOnlySpan<byte>)[0x89, .. "PNG\r\n"u8]) ? new("PNG", true)
            : head.StartsWith("GIF87a"u8) || head.StartsWith("GIF89a"u8) ? new("GIF", true)
            : head.StartsWith("RIFF"u8) && head.Length >= 12 && head[8..].StartsWith("WEBP"u8) ? new("WebP", true)
            // Two letters alone could begin a text: the four reserved bytes are zero in every bitmap.
            : head.StartsWith("BM"u8) && head.Length >= 10 && head[6..10].IndexOfAnyExcept((byte)0) < 0 ? new("BMP", true)
            : head.StartsWith("II*\0"u8) || head.StartsWith("MM\0*"u8) ? new("TIFF", false)
            : head.Length >= 12 && head[4..].StartsWith("ftyp"u8) && OfBrand(Encoding.ASCII.GetString(head[8..12])) is { } brand
                ? new(brand, false)
            : head.StartsWith((ReadOnlySpan<byte>)[0xff, 0x0a]) || (head.Length >= 8 && head[4..].StartsWith("JXL "u8)) ? new("JPEG XL", false)
            : None;

    /// <summary>Whether a file's name says that it is an image.</summary>
    public static bool IsNamedAsImage(string path) =>
        Extensions.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase);

    private static string? OfBrand(string brand) => brand switch
    {
        "heic" or "heix" or "hevc" or "heim" or "heis" or "mif1" or "msf1" => "HEIC",
        "avif" or "avis" => "AVIF",
        _ => null,
    };
}
