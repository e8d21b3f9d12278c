namespace WCoRD.MLNet;

/// <summary>The size of an image in pixels, as it is stored.</summary>
public sealed class ImageSize
{
    internal ImageSize(int height, int width) => (Height, Width) = (height, width);

    /// <summary>The height.</summary>
    public int Height { get; }

    /// <summary>The width.</summary>
    public int Width { get; }

    /// <summary>Height x width.</summary>
    public override string ToString() => Invariant($"{Height} x {Width}");
}
