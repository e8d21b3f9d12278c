namespace WCoRD.MLNet;

/// <summary>The conversions of <see cref="CieLab"/> in ONNX's operations, on maps <c>[batch, channels, height, width]</c>.</summary>
internal static class CieLabGraph
{
    /// <summary>From red, green and blue, 0 to 255, to f(X / Xn), f(Y) and f(Z / Zn).</summary>
    public static string Curved(OnnxChain chain, string rgb)
    {
        string share = Multiply(chain, rgb, 1 / 255.0);
        string above = Power(chain, Multiply(chain, Add(chain, share, 0.055), 1 / 1.055), 2.4);
        string linear = Choose(chain, share, 0.04045, above, Multiply(chain, share, 1 / 12.92));
        string xyz = Mix(chain, [linear], CieLab.ToXyzOfWhite);
        const double Knee = CieLab.Knee;
        string tangent = Add(chain, Multiply(chain, xyz, 1 / (3 * Knee * Knee)), 4 / 29.0);
        return Choose(chain, xyz, Knee * Knee * Knee, Power(chain, xyz, 1 / 3.0), tangent);
    }

    /// <summary>L* of f.</summary>
    public static string Luminance(OnnxChain chain, string curved) => Mix(chain, [curved], new double[,] { { 0, 116, 0 } }, -16);

    /// <summary>a* and b* of f.</summary>
    public static string Chrominance(OnnxChain chain, string curved) =>
        Mix(chain, [curved], new double[,] { { 500, -500, 0 }, { 0, 200, -200 } });

    /// <summary>Red, green and blue, not clipped, of L* (null: the middle) and a*, b* (null: 0).</summary>
    public static string Rgb(OnnxChain chain, string? luminance, string? chrominance)
    {
        double[][] columns =
        [
            .. luminance is null ? Array.Empty<double[]>() : [[1 / 116.0, 1 / 116.0, 1 / 116.0]],
            .. chrominance is null ? Array.Empty<double[]>() : [[1 / 500.0, 0, 0], [0, 0, -1 / 200.0]],
        ];
        double[,] mix = new double[3, columns.Length];
        foreach ((int column, double[] values) in columns.Index())
        {
            (mix[0, column], mix[1, column], mix[2, column]) = (values[0], values[1], values[2]);
        }

        double known = ((luminance is null ? RgbMap.MiddleLuminance : 0) + 16) / 116.0;
        string f = Mix(chain, [.. new[] { luminance, chrominance }.OfType<string>()], mix, known, known, known);
        const double Knee = CieLab.Knee;
        string below = Multiply(chain, Add(chain, f, -4 / 29.0), 3 * Knee * Knee);
        string linear = Mix(chain, [Choose(chain, f, Knee, Power(chain, f, 3), below)], CieLab.FromXyzOfWhite);
        string above = Add(chain, Multiply(chain, Power(chain, linear, 1 / 2.4), 1.055), -0.055);
        return Multiply(chain, Choose(chain, linear, 0.0031308, above, Multiply(chain, linear, 12.92)), 255);
    }

    /// <summary>Each channel is a sum of the channels read: a convolution over single pixels.</summary>
    private static string Mix(OnnxChain chain, string[] maps, double[,] matrix, params double[] added)
    {
        string input = maps is [var one] ? one : chain.Node("Concat", maps, ("axis", 1L));
        string weights = chain.Constant(
            [.. matrix.Cast<double>().Select(value => (float)value)], matrix.GetLength(0), matrix.GetLength(1), 1, 1);
        string[] bias = added.Length == 0 ? [] : [chain.Constant([.. added.Select(value => (float)value)], added.Length)];
        return chain.Node("Conv", [input, weights, .. bias], ("kernel_shape", (long[])[1, 1]));
    }

    private static string Multiply(OnnxChain chain, string map, double factor) => chain.Node("Mul", [map, Number(chain, factor)]);

    private static string Add(OnnxChain chain, string map, double added) => chain.Node("Add", [map, Number(chain, added)]);

    private static string Power(OnnxChain chain, string map, double exponent) => chain.Node("Pow", [map, Number(chain, exponent)]);

    /// <summary>One of two maps, as a third lies above a number or not.</summary>
    private static string Choose(OnnxChain chain, string map, double knee, string above, string below) =>
        chain.Node("Where", [chain.Node("Less", [Number(chain, knee), map]), above, below]);

    private static string Number(OnnxChain chain, double value) => chain.Constant([(float)value]);
}
