namespace WCoRD.MLNet;

/// <summary>A part of an image: in the numbers of the <see cref="ImageCrop"/> that drew it.</summary>
/// <param name="Top">Its distance from the top.</param>
/// <param name="Left">Its distance from the left.</param>
/// <param name="Height">Its height; 1: as high as the image.</param>
/// <param name="Width">Its width; 1: as wide as the image.</param>
internal readonly record struct CropBox(double Top, double Left, double Height = 1, double Width = 1);
