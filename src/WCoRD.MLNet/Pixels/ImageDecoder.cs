using Microsoft.ML.Data;
using SkiaSharp;
using static Microsoft.ML.Transforms.Image.ImageResizingEstimator;

namespace WCoRD.MLNet;

/// <summary>
/// Decodes image files to planes of bytes: upright as their EXIF data say, over white where they are transparent, the first frame where
/// there are several. Colour profiles are not applied.
/// </summary>
internal static class ImageDecoder
{
    // Above it only one image at a time is decoded, so that the memory does not grow with the number of cores.
    private const long LargePixels = 16_000_000;
    private static readonly Lock Large = new();

    /// <summary>Decodes a file's bytes.</summary>
    /// <param name="file">The bytes.</param>
    /// <param name="name">How errors name them.</param>
    /// <param name="size">To what.</param>
    /// <returns>Red, green and blue plane, row by row.</returns>
    /// <exception cref="InvalidDataException">They are no image, damaged, cut off or too large.</exception>
    public static byte[] Decode(byte[] file, string name, DecodedSize size)
    {
        CheckFormat(file, name);
        using SKData data = SKData.CreateCopy(file);
        using SKCodec codec = SKCodec.Create(data) ?? throw Damaged(name, "its header cannot be read");
        (int width, int height) = (codec.Info.Width, codec.Info.Height);
        if ((long)width * height > size.MaximumPixels)
        {
            throw new InvalidDataException(
                Invariant($"{name} has {width} x {height} pixels (width x height), which is more than {size.MaximumPixels}: ")
                    + "make it smaller, or raise MaximumPixels.");
        }

        SKImageInfo target = ScaledInfo(codec, size);
        if (target.BytesSize64 / target.BytesPerPixel <= LargePixels)
        {
            return Decode(codec, target, name, size);
        }

        lock (Large)
        {
            return Decode(codec, target, name, size);
        }
    }

    /// <summary>The size of a file's image as it is stored, from its header.</summary>
    public static ImageSize? SizeOf(byte[] file)
    {
        using SKData data = SKData.CreateCopy(file);
        using SKCodec? codec = SKCodec.Create(data);
        return codec is null ? null : new ImageSize(codec.Info.Height, codec.Info.Width);
    }

    /// <summary>Brings an image of ML.NET to the size.</summary>
    public static byte[] Decode(MLImage image, DecodedSize size)
    {
        SKColorType order = image.PixelFormat == MLPixelFormat.Rgba32 ? SKColorType.Rgba8888 : SKColorType.Bgra8888;
        using var bitmap = new SKBitmap(new SKImageInfo(image.Width, image.Height, order, SKAlphaType.Premul));
        using (SKPixmap pixels = bitmap.PeekPixels())
        {
            image.Pixels.CopyTo(pixels.GetPixelSpan<byte>());
        }

        return Draw(bitmap, SKEncodedOrigin.TopLeft, image.Width, image.Height, size);
    }

    private static byte[] Decode(SKCodec codec, SKImageInfo info, string name, DecodedSize size)
    {
        using var bitmap = new SKBitmap(info);
        SKCodecResult result = codec.GetPixels(info, bitmap.GetPixels());
        return result == SKCodecResult.Success
            ? Draw(bitmap, codec.EncodedOrigin, codec.Info.Width, codec.Info.Height, size)
            : throw Damaged(name, result == SKCodecResult.IncompleteInput ? "it is cut off" : "its pixels cannot be decoded");
    }

    // A JPEG can be decoded at an eighth to seven eighths of its size, which takes a fraction of the time.
    private static SKImageInfo ScaledInfo(SKCodec codec, DecodedSize size)
    {
        (int width, int height) = (codec.Info.Width, codec.Info.Height);
        (int placedWidth, int placedHeight, _, _) = Swaps(codec.EncodedOrigin) ? size.Place(height, width) : size.Place(width, height);
        (placedWidth, placedHeight) = Swaps(codec.EncodedOrigin) ? (placedHeight, placedWidth) : (placedWidth, placedHeight);
        SKSizeI scaled = codec.GetScaledDimensions((float)Math.Min(1, Math.Max((double)placedWidth / width, (double)placedHeight / height)));
        bool isEnough = scaled.Width >= Math.Min(placedWidth, width) && scaled.Height >= Math.Min(placedHeight, height);
        return new SKImageInfo(
            isEnough ? scaled.Width : width,
            isEnough ? scaled.Height : height,
            SKColorType.Bgra8888,
            codec.Info.AlphaType == SKAlphaType.Opaque ? SKAlphaType.Opaque : SKAlphaType.Premul);
    }

    private static byte[] Draw(SKBitmap bitmap, SKEncodedOrigin origin, int width, int height, DecodedSize size)
    {
        (int uprightWidth, int uprightHeight) = Swaps(origin) ? (height, width) : (width, height);
        (int placedWidth, int placedHeight, int left, int top) = size.Place(uprightWidth, uprightHeight);
        using var drawn = new SKBitmap(new SKImageInfo(size.Width, size.Height, SKColorType.Bgra8888, SKAlphaType.Opaque));
        using (var canvas = new SKCanvas(drawn))
        {
            canvas.Clear(size.Resizing == ResizingKind.IsoPad ? SKColors.Black : SKColors.White);
            canvas.Translate(left, top);
            canvas.ClipRect(new SKRect(0, 0, placedWidth, placedHeight));
            canvas.Clear(SKColors.White);
            canvas.Scale((float)placedWidth / uprightWidth, (float)placedHeight / uprightHeight);
            SKMatrix upright = Upright(origin, width, height);
            canvas.Concat(ref upright);
            canvas.Scale((float)width / bitmap.Width, (float)height / bitmap.Height);
            // Medium averages neighbours when it makes an image smaller; without it, single pixels would be picked.
            using var paint = new SKPaint { FilterQuality = SKFilterQuality.Medium };
            canvas.DrawBitmap(bitmap, 0, 0, paint);
        }

        using SKPixmap pixels = drawn.PeekPixels();
        return Planes(pixels.GetPixelSpan<byte>());
    }

    private static byte[] Planes(ReadOnlySpan<byte> bgra)
    {
        int plane = bgra.Length / 4;
        var planes = new byte[DecodedSize.Channels * plane];
        for (int i = 0; i < plane; i++)
        {
            planes[i] = bgra[(4 * i) + 2];
            planes[plane + i] = bgra[(4 * i) + 1];
            planes[(2 * plane) + i] = bgra[4 * i];
        }

        return planes;
    }

    private static bool Swaps(SKEncodedOrigin origin) => origin >= SKEncodedOrigin.LeftTop;

    /// <summary>From the pixels as they are stored, to the picture as it is looked at.</summary>
    private static SKMatrix Upright(SKEncodedOrigin origin, float width, float height)
    {
        // The new x and y, each by the old x, the old y and a constant.
        (float xx, float xy, float x, float yx, float yy, float y) = origin switch
        {
            SKEncodedOrigin.TopRight => (-1f, 0f, width, 0f, 1f, 0f),
            SKEncodedOrigin.BottomRight => (-1f, 0f, width, 0f, -1f, height),
            SKEncodedOrigin.BottomLeft => (1f, 0f, 0f, 0f, -1f, height),
            SKEncodedOrigin.LeftTop => (0f, 1f, 0f, 1f, 0f, 0f),
            SKEncodedOrigin.RightTop => (0f, -1f, height, 1f, 0f, 0f),
            SKEncodedOrigin.RightBottom => (0f, -1f, height, -1f, 0f, width),
            SKEncodedOrigin.LeftBottom => (0f, 1f, 0f, -1f, 0f, width),
            _ => (1f, 0f, 0f, 0f, 1f, 0f),
        };
        return new SKMatrix(xx, xy, x, yx, yy, y, 0, 0, 1);
    }

    private static void CheckFormat(byte[] file, string name)
    {
        ImageSignature signature = ImageSignature.Of(file.AsSpan(0, Math.Min(file.Length, ImageSignature.HeadBytes)));
        if (!signature.IsRead)
        {
            string found = file.Length == 0 ? "is empty"
                : signature.Name is { } known ? $"is of the format {known}, which is not read"
                : "is no image";
            throw new InvalidDataException($"{name} {found}: expected JPEG, PNG, BMP, GIF or WebP. Convert, replace or remove it.");
        }
    }

    private static InvalidDataException Damaged(string name, string how) => new($"{name} is damaged: {how}. Replace or remove it.");
}
