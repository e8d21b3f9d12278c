namespace WCoRD.MLNet;

/// <summary>A column that a <see cref="PixelMap"/> adds.</summary>
internal sealed record PixelOutput(string Name, bool IsByte, int Channels, int Height, int Width)
{
    public int Size => Channels * Height * Width;
}
