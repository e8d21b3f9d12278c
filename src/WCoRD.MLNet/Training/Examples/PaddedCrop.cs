using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>A crop of the image's own size from the zero-padded image; boxes count in steps.</summary>
/// <param name="padding">Zero-padding on each side, in steps.</param>
/// <param name="step">The pixels of a step: two sizes of one picture are cropped alike when each has its own step.</param>
internal sealed class PaddedCrop(int padding, int step = 1) : ImageCrop
{
    public override CropBox Whole { get; } = new(padding, padding);

    public override CropBox Draw(Random random) => new(random.Next((2 * padding) + 1), random.Next((2 * padding) + 1));

    /// <inheritdoc/>
    /// <remarks>The padding is 0 before normalisation, which is black.</remarks>
    public override Tensor Apply(Tensor pixels, CropBox[] boxes, bool[] flips)
    {
        using var scope = NewDisposeScope();
        long channels = pixels.shape[1], height = pixels.shape[2], width = pixels.shape[3];
        int border = padding * step;
        long paddedWidth = width + (2 * border);
        Tensor padded = border == 0 ? pixels : nn.functional.pad(pixels, [border, border, border, border]);

        // Where each pixel of the view stands in its padded image: one gather then crops and flips the batch. A mirrored row runs from
        // its right edge to its left: its columns count backwards.
        Tensor first = Numbers(
            boxes.Zip(flips, (box, flip) => ((((long)box.Top * paddedWidth) + (long)box.Left) * step) + (flip ? width - 1 : 0)));
        Tensor sign = Numbers(flips.Select(flip => flip ? -1L : 1));
        Tensor columns = arange(width, ScalarType.Int64, pixels.device).view(1, 1, width);
        Tensor rows = arange(0, height * paddedWidth, paddedWidth, ScalarType.Int64, pixels.device).view(1, height, 1);
        Tensor index = ((columns * sign) + first + rows).view(-1, 1, height * width).expand(-1, channels, -1);
        return padded.flatten(2).gather(2, index).view(-1, channels, height, width).MoveToOuterDisposeScope();

        Tensor Numbers(IEnumerable<long> values) => tensor((long[])[.. values]).OnDevice(pixels.device).view(-1, 1, 1);
    }
}
