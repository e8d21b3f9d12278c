using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>The recipe's views: a random crop of the zero-padded image and a random horizontal flip, a whole batch at once.</summary>
/// <param name="padding">Zero-padding on each side, in steps.</param>
/// <param name="flip">Whether half of the images are mirrored.</param>
/// <param name="step">The pixels of a step: two sizes of one picture are cropped alike when each has its own step.</param>
internal sealed class Augmentation(int padding, bool flip, int step = 1)
{
    /// <summary>Draws where to crop and what to flip.</summary>
    public Views Draw(int batch, Random random)
    {
        var views = new Views(new long[batch], new long[batch], new bool[batch]);
        for (int i = 0; i < batch; i++)
        {
            views.Tops[i] = random.Next((2 * padding) + 1);
            views.Lefts[i] = random.Next((2 * padding) + 1);
            views.Flips[i] = flip && random.Next(2) == 1;
        }

        return views;
    }

    /// <summary>The images as they are.</summary>
    public Views Still(int batch) =>
        new([.. Enumerable.Repeat((long)padding, batch)], [.. Enumerable.Repeat((long)padding, batch)], new bool[batch]);

    /// <summary>Makes one view of every image.</summary>
    /// <param name="pixels">Pixel values <c>[batch, channels, height, width]</c>, before normalisation: padding is 0, which is
    /// black.</param>
    /// <param name="views">Where to crop and what to flip.</param>
    /// <returns>A new tensor of the same shape.</returns>
    public Tensor Apply(Tensor pixels, Views views)
    {
        using var scope = NewDisposeScope();
        long channels = pixels.shape[1], height = pixels.shape[2], width = pixels.shape[3];
        int border = padding * step;
        long paddedWidth = width + (2 * border);
        Tensor padded = border == 0 ? pixels : nn.functional.pad(pixels, [border, border, border, border]);

        // Where each pixel of the view stands in its padded image: one gather then crops and flips the batch.
        Tensor columns = arange(width, ScalarType.Int64).view(1, 1, width);
        Tensor x = where(tensor(views.Flips).view(-1, 1, 1), width - 1 - columns, columns) + Pixels(views.Lefts);
        Tensor y = arange(height, ScalarType.Int64).view(1, height, 1) + Pixels(views.Tops);
        Tensor index = ((y * paddedWidth) + x).view(-1, 1, height * width).expand(-1, channels, -1);
        return padded.flatten(2).gather(2, index.to(pixels.device)).view(-1, channels, height, width).MoveToOuterDisposeScope();
    }

    private Tensor Pixels(long[] steps) => (tensor(steps) * step).view(-1, 1, 1);
}
