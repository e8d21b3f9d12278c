using System.Buffers.Binary;
using System.IO.Compression;
using SkiaSharp;

namespace WCoRD.MLNet.Tests;

/// <summary>Image files whose pixels are known.</summary>
internal static class ImageFiles
{
    /// <summary>An image that Skia encodes.</summary>
    public static byte[] Encode(int width, int height, Func<int, int, SKColor> colour, SKEncodedImageFormat format = SKEncodedImageFormat.Png, int quality = 100)
    {
        using var bitmap = new SKBitmap(new SKImageInfo(width, height, SKColorType.Bgra8888, SKAlphaType.Unpremul));
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                bitmap.SetPixel(x, y, colour(x, y));
            }
        }

        using SKData data = bitmap.Encode(format, quality);
        return data.ToArray();
    }

    public static byte[] Plain(SKColor colour, int width = 8, int height = 8, SKEncodedImageFormat format = SKEncodedImageFormat.Png) =>
        Encode(width, height, (_, _) => colour, format);

    /// <summary>A PNG of any colour type and depth, made of its rows' bytes without filters.</summary>
    public static byte[] Png(int width, int height, byte depth, byte colourType, byte[] rows, byte[]? palette = null)
    {
        using var file = new MemoryStream();
        file.Write([0x89, .. "PNG\r\n"u8, 0x1a, (byte)'\n']);
        byte[] header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9]) = (depth, colourType);
        Chunk("IHDR", header);
        if (palette is not null)
        {
            Chunk("PLTE", palette);
        }

        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            foreach (byte[] row in rows.Chunk(rows.Length / height))
            {
                zlib.WriteByte(0);
                zlib.Write(row);
            }
        }

        Chunk("IDAT", packed.ToArray());
        Chunk("IEND", []);
        return file.ToArray();

        void Chunk(string name, byte[] content)
        {
            byte[] body = [.. System.Text.Encoding.ASCII.GetBytes(name), .. content];
            byte[] length = new byte[4], sum = new byte[4];
            BinaryPrimitives.WriteInt32BigEndian(length, content.Length);
            BinaryPrimitives.WriteUInt32BigEndian(sum, Crc(body));
            file.Write([.. length, .. body, .. sum]);
        }
    }

    /// <summary>A bitmap of 24 bits, bottom row first.</summary>
    public static byte[] Bmp(int side, byte red, byte green, byte blue)
    {
        int rowBytes = ((side * 3) + 3) / 4 * 4;
        byte[] file = new byte[54 + (rowBytes * side)];
        "BM"u8.CopyTo(file);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(2), file.Length);
        file[10] = 54;
        file[14] = 40;
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(18), side);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(22), side);
        (file[26], file[28]) = (1, 24);
        for (int i = 0; i < side * side; i++)
        {
            ((byte[])[blue, green, red]).CopyTo(file, 54 + (i / side * rowBytes) + (i % side * 3));
        }

        return file;
    }

    /// <summary>A GIF of 1 x 1 and several frames, each of a colour.</summary>
    public static byte[] Gif(params SKColor[] frames)
    {
        List<byte> file = [.. "GIF89a"u8, 1, 0, 1, 0, 0x91, 0, 0];
        foreach (SKColor colour in frames.Concat(Enumerable.Repeat(SKColors.Black, 4 - frames.Length)))
        {
            file.AddRange([colour.Red, colour.Green, colour.Blue]);
        }

        for (int i = 0; i < frames.Length; i++)
        {
            file.AddRange([0x21, 0xf9, 4, 4, 10, 0, 0, 0, 0x2c, 0, 0, 0, 0, 1, 0, 1, 0, 0]);
            // Codes of three bits: clear (4), the colour's number, end (5).
            int bits = 4 | (i << 3) | (5 << 6);
            file.AddRange([2, 2, (byte)bits, (byte)(bits >> 8), 0]);
        }

        file.Add(0x3b);
        return [.. file];
    }

    /// <summary>A JPEG of 8 x 8 in cyan, magenta, yellow and black, each the same everywhere, kept inverted as Adobe's programs do.</summary>
    public static byte[] Cmyk(byte cyan, byte magenta, byte yellow, byte black)
    {
        List<byte> file = [0xff, 0xd8];
        Segment(0xee, [.. "Adobe"u8, 0, 100, 0, 0, 0, 0, 0]);
        Segment(0xdb, [0, .. Enumerable.Repeat((byte)1, 64)]);
        Segment(0xc0, [8, 0, 8, 0, 8, 4, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0, 4, 0x11, 0]);
        // Twelve categories of the constant part, each a code of four bits; one code, a single zero bit, that ends a block.
        Segment(0xc4, [0, 0, 0, 0, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, .. Enumerable.Range(0, 12).Select(i => (byte)i)]);
        Segment(0xc4, [0x10, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        Segment(0xda, [4, 1, 0, 2, 0, 3, 0, 4, 0, 0, 63, 0]);
        var bits = new List<bool>();
        foreach (byte ink in (byte[])[cyan, magenta, yellow, black])
        {
            // The transform of a constant block is eight times its value around 128.
            int value = 8 * (255 - ink - 128), size = 32 - int.LeadingZeroCount(Math.Abs(value));
            Bits(size, 4);
            Bits(value < 0 ? value + (1 << size) - 1 : value, size);
            Bits(0, 1);
        }

        while (bits.Count % 8 != 0)
        {
            bits.Add(true);
        }

        foreach (bool[] octet in bits.Chunk(8))
        {
            byte value = (byte)octet.Aggregate(0, (sum, bit) => (sum << 1) | (bit ? 1 : 0));
            file.Add(value);
            if (value == 0xff)
            {
                file.Add(0);
            }
        }

        file.AddRange([0xff, 0xd9]);
        return [.. file];

        void Segment(byte mark, byte[] content) =>
            file.AddRange([0xff, mark, (byte)((content.Length + 2) >> 8), (byte)(content.Length + 2), .. content]);

        void Bits(int value, int count)
        {
            for (int i = count - 1; i >= 0; i--)
            {
                bits.Add(((value >> i) & 1) == 1);
            }
        }
    }

    /// <summary>The JPEG with EXIF data that name an orientation.</summary>
    public static byte[] WithOrientation(byte[] jpeg, byte orientation)
    {
        byte[] exif = [.. "Exif\0\0MM\0*"u8, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0];
        return [0xff, 0xd8, 0xff, 0xe1, 0, (byte)(exif.Length + 2), .. exif, .. jpeg[2..]];
    }

    private static uint Crc(byte[] bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in bytes)
        {
            crc ^= value;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) == 0 ? crc >> 1 : (crc >> 1) ^ 0xedb88320;
            }
        }

        return ~crc;
    }
}
