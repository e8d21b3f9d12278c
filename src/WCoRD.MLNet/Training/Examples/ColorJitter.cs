using TorchSharp;
using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>Changes brightness, contrast and saturation at random, in this order, a whole batch at once.</summary>
/// <remarks>
/// Each is a blend <c>f image + (1 - f) other</c>, kept within black and white: with black, with the mean of the grey image, with the grey
/// image. <c>f</c> is drawn evenly from <c>[1 - strength, 1 + strength]</c>. An image of one channel has no saturation.
/// Source: torchvision's <c>ColorJitter</c>, which draws the order as well.
/// </remarks>
/// <param name="strength">In [0, 1].</param>
internal sealed class ColorJitter(double strength)
{
    private const double White = 255;
    private const long Chunk = 1024;

    // Of red, green and blue, as ITU-R 601 has it.
    private static readonly float[] GreyShares = [0.2989f, 0.587f, 0.114f];

    /// <summary>Draws how to change an image.</summary>
    public ColorFactors Draw(Random random) => new(Factor(random), Factor(random), Factor(random));

    /// <summary>Changes a batch.</summary>
    /// <param name="pixels">Pixel values 0 to 255, <c>[batch, 1 or 3, height, width]</c>.</param>
    /// <param name="factors">How each image is changed.</param>
    /// <returns>A new tensor of the same shape.</returns>
    public static Tensor Apply(Tensor pixels, ColorFactors[] factors)
    {
        using var scope = NewDisposeScope();
        Tensor bright = (pixels * Column(factor => factor.Brightness)).clamp(0, White);
        Tensor strong = Blend(bright, Grey(bright).mean([1L, 2L, 3L], keepdim: true), Column(factor => factor.Contrast));
        return Blend(strong, Grey(strong), Column(factor => factor.Saturation)).MoveToOuterDisposeScope();

        Tensor Column(Func<ColorFactors, double> of) =>
            tensor(Array.ConvertAll(factors, factor => (float)of(factor)), device: pixels.device).view(-1, 1, 1, 1);
    }

    /// <summary>Checks that a column of images has colours to change.</summary>
    /// <exception cref="ArgumentException">It has neither one channel nor three.</exception>
    public static void Check(ImageColumn image)
    {
        if (image.Channels is not (1 or 3))
        {
            throw new ArgumentException(
                Invariant($"{nameof(TrainingOptions.ColorJitter)} changes grey or red, green and blue, ")
                    + Invariant($"but column '{image.Column.Name}' has {image.Channels} channels: expected 1 or 3. ")
                    + $"Set {nameof(TrainingOptions.ColorJitter)} to 0.");
        }
    }

    /// <summary>Checks that numbers which are no bytes are pixels as well.</summary>
    /// <param name="image">Their column.</param>
    /// <param name="pixels">All of them, <c>[rows, channels, height, width]</c>.</param>
    /// <exception cref="ArgumentException">They are not those of 0 to 255.</exception>
    public static void Check(ImageColumn image, Tensor pixels)
    {
        double least = double.PositiveInfinity, most = double.NegativeInfinity;
        for (long from = 0; from < pixels.shape[0]; from += Chunk)
        {
            using var scope = NewDisposeScope();
            Tensor rows = pixels.narrow(0, from, Math.Min(Chunk, pixels.shape[0] - from));
            (least, most) = (Math.Min(least, rows.min().ToDouble()), Math.Max(most, rows.max().ToDouble()));
        }

        if (least < 0 || most is <= 1 or > White)
        {
            throw new ArgumentException(
                Invariant($"{nameof(TrainingOptions.ColorJitter)} changes pixels of 0 (black) to 255 (white), ")
                    + Invariant($"but column '{image.Column.Name}' holds numbers from {least} to {most}. ")
                    + "Bring pixels as they were read (ExtractPixels gives them; Normalization normalises inside), "
                    + $"or set {nameof(TrainingOptions.ColorJitter)} to 0.");
        }
    }

    private static Tensor Blend(Tensor image, Tensor other, Tensor factor) => ((image * factor) + (other * (1 - factor))).clamp(0, White);

    private static Tensor Grey(Tensor pixels) =>
        pixels.shape[1] == 1 ? pixels : (pixels * tensor(GreyShares, device: pixels.device).view(1, -1, 1, 1)).sum(1, keepdim: true);

    private double Factor(Random random) => 1 + (strength * ((2 * random.NextDouble()) - 1));
}
