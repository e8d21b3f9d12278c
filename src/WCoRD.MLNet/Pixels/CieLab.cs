namespace WCoRD.MLNet;

/// <summary>Colours between sRGB and CIE L*a*b*.</summary>
/// <remarks>
/// sRGB of IEC 61966-2-1 (its transfer curve, its primaries, white D65), CIE 1931 observer of 2 degrees: <c>L* = 116 f(Y) - 16</c>,
/// <c>a* = 500 (f(X / Xn) - f(Y))</c>, <c>b* = 200 (f(Y) - f(Z / Zn))</c>, with <c>f(t) = t^(1/3)</c> above <c>(6/29)^3</c> and its tangent
/// there below.
/// </remarks>
internal static class CieLab
{
    /// <summary>The square root of where f turns into its tangent, and f there.</summary>
    public const double Knee = 6.0 / 29;

    // Linear sRGB to XYZ; each row sums to the white point, so that greys have a* = b* = 0.
    private static readonly double[,] ToXyz =
    {
        { 0.4124564, 0.3575761, 0.1804375 },
        { 0.2126729, 0.7151522, 0.0721750 },
        { 0.0193339, 0.1191920, 0.9503041 },
    };

    private static readonly double[,] FromXyz = Invert(ToXyz);
    private static readonly double[] White = [.. Enumerable.Range(0, 3).Select(row => ToXyz[row, 0] + ToXyz[row, 1] + ToXyz[row, 2])];
    /// <summary>Linear sRGB to X / Xn, Y / Yn and Z / Zn.</summary>
    public static double[,] ToXyzOfWhite { get; } = Scaled(ToXyz, (row, _) => 1 / White[row]);

    /// <summary>The inverse of <see cref="ToXyzOfWhite"/>.</summary>
    public static double[,] FromXyzOfWhite { get; } = Scaled(FromXyz, (_, column) => White[column]);

    private static readonly double[] LinearOfByte = [.. Enumerable.Range(0, 256).Select(value => Linear(value / 255.0))];

    /// <summary>Red, green and blue, 0 to 255, to L* (0 to 100), a* and b*.</summary>
    public static (float L, float A, float B) FromRgb(float red, float green, float blue)
    {
        double r = LinearOf(red), g = LinearOf(green), b = LinearOf(blue);
        double x = F(Row(ToXyz, 0, r, g, b) / White[0]), y = F(Row(ToXyz, 1, r, g, b) / White[1]), z = F(Row(ToXyz, 2, r, g, b) / White[2]);
        return ((float)((116 * y) - 16), (float)(500 * (x - y)), (float)(200 * (y - z)));
    }

    /// <summary>L*, a* and b* to red, green and blue; 0 to 255 for colours that sRGB has, beyond for others.</summary>
    public static (float Red, float Green, float Blue) ToRgb(float l, float a, float b)
    {
        double y = (l + 16) / 116, x = y + (a / 500), z = y - (b / 200);
        double xyz0 = White[0] * InverseF(x), xyz1 = White[1] * InverseF(y), xyz2 = White[2] * InverseF(z);
        return (Of(0), Of(1), Of(2));

        float Of(int channel) => (float)(255 * Curved(Row(FromXyz, channel, xyz0, xyz1, xyz2)));
    }

    private static double Row(double[,] matrix, int row, double a, double b, double c) =>
        (matrix[row, 0] * a) + (matrix[row, 1] * b) + (matrix[row, 2] * c);

    // Most pixels are bytes, whose curve is known.
    private static double LinearOf(float value) =>
        value is >= 0 and <= 255 && value == (int)value ? LinearOfByte[(int)value] : Linear(value / 255.0);

    private static double Linear(double curved) => curved <= 0.04045 ? curved / 12.92 : Math.Pow((curved + 0.055) / 1.055, 2.4);

    private static double Curved(double linear) => linear <= 0.0031308 ? linear * 12.92 : (1.055 * Math.Pow(linear, 1 / 2.4)) - 0.055;

    private static double F(double t) => t > Knee * Knee * Knee ? Math.Cbrt(t) : (t / (3 * Knee * Knee)) + (4.0 / 29);

    private static double InverseF(double f) => f > Knee ? f * f * f : 3 * Knee * Knee * (f - (4.0 / 29));

    private static double[,] Scaled(double[,] matrix, Func<int, int, double> factor)
    {
        var scaled = new double[3, 3];
        for (int row = 0; row < 3; row++)
        {
            for (int column = 0; column < 3; column++)
            {
                scaled[row, column] = matrix[row, column] * factor(row, column);
            }
        }

        return scaled;
    }

    private static double[,] Invert(double[,] m)
    {
        double Minor(int row, int column)
        {
            int r1 = (row + 1) % 3, r2 = (row + 2) % 3, c1 = (column + 1) % 3, c2 = (column + 2) % 3;
            return (m[r1, c1] * m[r2, c2]) - (m[r1, c2] * m[r2, c1]);
        }

        double determinant = (m[0, 0] * Minor(0, 0)) + (m[0, 1] * Minor(0, 1)) + (m[0, 2] * Minor(0, 2));
        var inverse = new double[3, 3];
        for (int row = 0; row < 3; row++)
        {
            for (int column = 0; column < 3; column++)
            {
                inverse[row, column] = Minor(column, row) / determinant;
            }
        }

        return inverse;
    }
}
