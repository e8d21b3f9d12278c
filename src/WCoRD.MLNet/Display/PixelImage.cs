using OxyPlot;

namespace WCoRD.MLNet;

/// <summary>Pixels of a column as a PNG picture in a page.</summary>
internal static class PixelImage
{
    private const byte Middle = 128;

    /// <param name="values">Channels x height x width; bytes, or numbers of any range, which is stretched to black and white.</param>
    /// <param name="column">The column's shape.</param>
    /// <returns>A <c>data:</c> address.</returns>
    public static string ToDataUri(ReadOnlySpan<float> values, ImageColumn column)
    {
        (float least, float most) = column.IsByte ? (0, 255) : Range(values);
        float scale = most > least ? 255 / (most - least) : 0;
        var pixels = new OxyColor[column.Width, column.Height];
        int plane = column.Height * column.Width;
        for (int y = 0; y < column.Height; y++)
        {
            for (int x = 0; x < column.Width; x++)
            {
                int at = (y * column.Width) + x;
                byte first = Value(values[at]);
                pixels[x, y] = column.Channels switch
                {
                    1 => OxyColor.FromRgb(first, first, first),
                    2 => OxyColor.FromRgb(first, Middle, Value(values[at + plane])),
                    _ => OxyColor.FromRgb(first, Value(values[at + plane]), Value(values[at + (2 * plane)])),
                };
            }
        }

        return $"data:image/png;base64,{Convert.ToBase64String(OxyImage.Create(pixels, ImageFormat.Png).GetData())}";

        byte Value(float value) => (byte)Math.Clamp((value - least) * scale, 0, 255);
    }

    private static (float Least, float Most) Range(ReadOnlySpan<float> values)
    {
        (float least, float most) = (float.PositiveInfinity, float.NegativeInfinity);
        foreach (float value in values)
        {
            (least, most) = (Math.Min(least, value), Math.Max(most, value));
        }

        return (least, most);
    }
}
