using static Microsoft.ML.Transforms.Image.ImageResizingEstimator;

namespace WCoRD.MLNet;

/// <summary>What images are decoded to: planes red, green and blue of one size.</summary>
/// <param name="Height">The height in pixels.</param>
/// <param name="Width">The width in pixels.</param>
/// <param name="Resizing">How an image of another size is brought to it.</param>
/// <param name="MaximumPixels">Height times width of the largest image that is decoded.</param>
internal sealed record DecodedSize(int Height, int Width, ResizingKind Resizing, long MaximumPixels)
{
    public const int Channels = 3;

    /// <summary>The largest image decoded where nothing else is asked for: 10,000 x 10,000.</summary>
    public const long DefaultMaximumPixels = 100_000_000;

    public int Bytes => Channels * Height * Width;

    /// <summary>Where the whole picture lies on the decoded one: its size after resizing, and the corner, which may be outside.</summary>
    public (int Width, int Height, int Left, int Top) Place(int width, int height)
    {
        double across = (double)Width / width, down = (double)Height / height;
        (int w, int h) = Resizing switch
        {
            // The shorter side fits exactly, the longer one is cut on both ends.
            ResizingKind.IsoCrop => (Side(width, Math.Max(across, down), Width, int.MaxValue),
                Side(height, Math.Max(across, down), Height, int.MaxValue)),
            ResizingKind.IsoPad => (Side(width, Math.Min(across, down), 1, Width), Side(height, Math.Min(across, down), 1, Height)),
            _ => (Width, Height),
        };
        return (w, h, (int)Math.Floor((Width - w) / 2.0), (int)Math.Floor((Height - h) / 2.0));
    }

    private static int Side(int side, double scale, int least, int most) => (int)Math.Clamp(Math.Round(side * scale), least, most);
}
