namespace WCoRD.MLNet;

/// <summary>Numbers as whole ones from 0 to 255: <c>(q - zero) scale</c>.</summary>
/// <param name="Scale">The distance of two.</param>
/// <param name="Zero">The one that stands for 0, which is exact.</param>
internal readonly record struct Quantization(float Scale, byte Zero)
{
    // Of a value that is 0 everywhere.
    private const double LeastScale = 1e-8;

    /// <summary>The one that covers a range, in which 0 lies.</summary>
    public static Quantization Of((double Least, double Most) range)
    {
        double scale = Math.Max((range.Most - range.Least) / byte.MaxValue, LeastScale);
        return new((float)scale, (byte)Math.Clamp(Math.Round(-range.Least / scale), 0, byte.MaxValue));
    }

    /// <summary>What a number is turned into and back.</summary>
    public double Nearest(double number) => (Math.Clamp(Math.Round(number / Scale) + Zero, 0, byte.MaxValue) - Zero) * Scale;
}
