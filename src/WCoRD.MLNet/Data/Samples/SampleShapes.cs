namespace WCoRD.MLNet;

/// <summary>
/// The classes of the made data: 20 shapes (coarse), each in 5 textures (fine). Mirroring left to right changes no class.
/// </summary>
internal static class SampleShapes
{
    public static IReadOnlyList<string> Shapes { get; } =
    [
        "disc", "square", "triangle", "diamond", "ring", "frame", "plus", "cross", "dome", "crescent",
        "ellipse", "beam", "corner", "tee", "cup", "aitch", "hourglass", "arrow", "star", "pair",
    ];

    public static IReadOnlyList<string> Textures { get; } = ["plain", "barred", "banded", "checked", "dotted"];

    public static IEnumerable<string> FineNames => Shapes.SelectMany(shape => Textures.Select(texture => $"{texture}_{shape}"));

    /// <summary>Whether a point lies in a shape that spans about [-1, 1] in both directions, y downwards.</summary>
    public static bool Covers(int shape, double x, double y)
    {
        double ax = Math.Abs(x);
        double ay = Math.Abs(y);
        double rr = (x * x) + (y * y);
        return shape switch
        {
            0 => rr < 0.9,
            1 => ax < 0.85 && ay < 0.85,
            2 => y < 0.8 && ax < (y + 1) * 0.55,
            3 => ax + ay < 1.1,
            4 => rr is < 1 and > 0.3,
            5 => Math.Max(ax, ay) is < 0.95 and > 0.52,
            6 => Math.Min(ax, ay) < 0.32 && Math.Max(ax, ay) < 1,
            7 => Math.Abs(ax - ay) < 0.42 && Math.Max(ax, ay) < 0.95,
            8 => y < 0.45 && (x * x) + ((y - 0.45) * (y - 0.45)) < 1.2,
            9 => rr < 1 && ((x - 0.45) * (x - 0.45)) + (y * y) > 0.5,
            10 => (x * x) + (y * y * 3.5) < 1.15,
            11 => ax < 1.1 && ay < 0.33,
            12 => ax < 0.95 && ay < 0.95 && (x < -0.25 || y > 0.25),
            13 => ax < 0.95 && ay < 0.95 && (y < -0.3 || ax < 0.33),
            14 => ax < 0.95 && ay < 0.95 && (y > 0.3 || ax > 0.4),
            15 => ax < 0.95 && ay < 0.95 && (ay < 0.28 || ax > 0.42),
            16 => ay < 0.95 && ax < (ay * 0.9) + 0.12,
            17 => ay < 1 && (y < 0 ? ax < y + 1 : ax < 0.33),
            18 => ax < 1.15 && ay < 1.15 && Math.Sqrt(ax) + Math.Sqrt(ay) < 1.22,
            _ => ((ax - 0.55) * (ax - 0.55)) + (y * y) < 0.24,
        };
    }

    /// <summary>Whether a point of the object takes its second colour.</summary>
    public static bool IsSecondColour(int texture, double x, double y, double period, double phaseX, double phaseY)
    {
        double u = Fraction((x / period) + phaseX);
        double v = Fraction((y / period) + phaseY);
        return texture switch
        {
            0 => false,
            1 => u < 0.5,
            2 => v < 0.5,
            3 => (u < 0.5) != (v < 0.5),
            _ => ((u - 0.5) * (u - 0.5)) + ((v - 0.5) * (v - 0.5)) < 0.09,
        };
    }

    private static double Fraction(double value) => value - Math.Floor(value);
}
