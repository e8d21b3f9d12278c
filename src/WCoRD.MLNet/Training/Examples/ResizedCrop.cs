using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>A part of the image, enlarged to the image's size; boxes count in shares of the image's sides, whatever its size.</summary>
/// <remarks>
/// The area is drawn evenly from <c>[scale, 1]</c>, the logarithm of the ratio of the sides from what fits the image of
/// <c>[1 / ratio, ratio]</c>, the place evenly. torchvision's <c>RandomResizedCrop</c> draws areas and ratios until they fit, and takes
/// whole pixels; here a box may begin within one, so that two sizes of one picture are cropped alike. Enlarging is bilinear, with pixels
/// beside the box where it ends between two.
/// </remarks>
/// <param name="scale">The least share of the area, in (0, 1].</param>
/// <param name="ratio">The greatest ratio of the sides, at least 1, where the image's own is 1.</param>
internal sealed class ResizedCrop(double scale, double ratio) : ImageCrop
{
    public override CropBox Whole => new(0, 0);

    public override CropBox Draw(Random random)
    {
        double area = scale + ((1 - scale) * random.NextDouble());
        double least = Math.Log(Math.Max(1 / ratio, area)), most = Math.Log(Math.Min(ratio, 1 / area));
        double sides = Math.Exp(least + ((most - least) * random.NextDouble()));
        double height = Math.Min(1, Math.Sqrt(area / sides)), width = Math.Min(1, Math.Sqrt(area * sides));
        return new CropBox((1 - height) * random.NextDouble(), (1 - width) * random.NextDouble(), height, width);
    }

    public override Tensor Apply(Tensor pixels, CropBox[] boxes, bool[] flips)
    {
        using var scope = NewDisposeScope();
        long height = pixels.shape[2], width = pixels.shape[3];
        Tensor y = Places(height, Array.ConvertAll(boxes, box => box.Top), Array.ConvertAll(boxes, box => box.Height));

        // A mirrored crop runs from its right edge to its left.
        Tensor x = Places(
            width,
            [.. boxes.Zip(flips, (box, flip) => flip ? box.Left + box.Width : box.Left)],
            [.. boxes.Zip(flips, (box, flip) => flip ? -box.Width : box.Width)]);
        Tensor grid = stack([x.unsqueeze(1).expand(-1, height, -1), y.unsqueeze(2).expand(-1, -1, width)], -1);
        return nn.functional
            .grid_sample(pixels, grid.to(pixels.device), GridSampleMode.Bilinear, GridSamplePaddingMode.Border, align_corners: false)
            .MoveToOuterDisposeScope();
    }

    /// <summary>Where the centres of a view's pixels stand on one side of the image, from -1 at its beginning to 1 at its end.</summary>
    private static Tensor Places(long size, double[] from, double[] length)
    {
        Tensor centres = (arange(size, ScalarType.Float64) + 0.5) / size;
        return (((tensor(from).unsqueeze(1) + (tensor(length).unsqueeze(1) * centres)) * 2) - 1).to(ScalarType.Float32);
    }
}
