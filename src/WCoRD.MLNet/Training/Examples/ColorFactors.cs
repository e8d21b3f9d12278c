namespace WCoRD.MLNet;

/// <summary>How an image's colours are changed: 1 leaves them.</summary>
/// <param name="Brightness">How bright it becomes.</param>
/// <param name="Contrast">How far from its own mean grey.</param>
/// <param name="Saturation">How far from grey each pixel becomes.</param>
internal readonly record struct ColorFactors(double Brightness, double Contrast, double Saturation);
