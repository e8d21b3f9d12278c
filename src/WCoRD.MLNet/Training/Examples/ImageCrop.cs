using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>A way to crop images at random, a whole batch at once.</summary>
internal abstract class ImageCrop
{
    /// <summary>The box of an image as it is.</summary>
    public abstract CropBox Whole { get; }

    /// <summary>Draws where to crop an image.</summary>
    public abstract CropBox Draw(Random random);

    /// <summary>Crops and mirrors.</summary>
    /// <param name="pixels">Pixel values <c>[batch, channels, height, width]</c>, before normalisation.</param>
    /// <param name="boxes">Where each image is cropped.</param>
    /// <param name="flips">Which crops are mirrored left to right.</param>
    /// <returns>A new tensor of the same shape.</returns>
    public abstract Tensor Apply(Tensor pixels, CropBox[] boxes, bool[] flips);
}
