using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>The recipe's views: a random crop of the zero-padded image and a random horizontal flip, a whole batch at once.</summary>
internal sealed class Augmentation(int padding, bool flip)
{
    /// <summary>Makes one random view of every image.</summary>
    /// <param name="pixels">Pixel values <c>[batch, channels, height, width]</c>, before normalisation: padding is black.</param>
    /// <param name="random">Source of offsets and flips.</param>
    /// <returns>A new tensor of the same shape.</returns>
    public Tensor Apply(Tensor pixels, Random random)
    {
        int batch = (int)pixels.shape[0];
        var tops = new long[batch];
        var lefts = new long[batch];
        var flips = new bool[batch];
        for (int i = 0; i < batch; i++)
        {
            tops[i] = random.Next((2 * padding) + 1);
            lefts[i] = random.Next((2 * padding) + 1);
            flips[i] = flip && random.Next(2) == 1;
        }

        using var scope = NewDisposeScope();
        return View(pixels, tops, lefts, flips).MoveToOuterDisposeScope();
    }

    internal Tensor View(Tensor pixels, long[] tops, long[] lefts, bool[] flips)
    {
        long channels = pixels.shape[1], height = pixels.shape[2], width = pixels.shape[3];
        long paddedWidth = width + (2 * padding);
        Tensor padded = padding == 0 ? pixels : nn.functional.pad(pixels, [padding, padding, padding, padding]);

        // Where each pixel of the view stands in its padded image: one gather then crops and flips the batch.
        Tensor columns = arange(width, ScalarType.Int64).view(1, 1, width);
        Tensor x = where(tensor(flips).view(-1, 1, 1), width - 1 - columns, columns) + tensor(lefts).view(-1, 1, 1);
        Tensor y = arange(height, ScalarType.Int64).view(1, height, 1) + tensor(tops).view(-1, 1, 1);
        Tensor index = ((y * paddedWidth) + x).view(-1, 1, height * width).expand(-1, channels, -1);
        return padded.flatten(2).gather(2, index).view(-1, channels, height, width);
    }
}
