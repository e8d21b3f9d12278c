namespace WCoRD.MLNet;

/// <summary>How training images are cropped. Every view has the image's own size.</summary>
public enum AugmentationKind
{
    /// <summary>A crop at random of the image with a black border, as CIFAR's recipe has it: see <c>CropPadding</c>.</summary>
    PaddedCrop,

    /// <summary>
    /// A part at random, enlarged to the image's size, as recipes for photographs have it: see <c>CropScale</c> and <c>CropRatio</c>.
    /// Enlarging is bilinear; there is nothing to smooth, since no view is smaller than its part.
    /// </summary>
    RandomResizedCrop,

    /// <summary>The images as they are: not cropped, not mirrored, colours untouched.</summary>
    None,
}
