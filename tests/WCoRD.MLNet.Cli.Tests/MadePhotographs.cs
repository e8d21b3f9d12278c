using SkiaSharp;

namespace WCoRD.MLNet.Tests;

/// <summary>A folder of small photographs: discs of a class's colour on grey.</summary>
internal static class MadePhotographs
{
    public static readonly (string Name, SKColor Colour)[] Classes =
        [("blue", SKColors.Blue), ("green, dark", SKColors.DarkGreen), ("red", SKColors.Red)];

    /// <summary>Writes the parts train and test.</summary>
    public static void Write(string folder, int each)
    {
        var random = new Random(1);
        foreach ((string name, SKColor colour) in Classes)
        {
            for (int i = 0; i < each; i++)
            {
                WriteOne(Path.Combine(folder, "train", name, $"{i}.jpg"), colour, random);
                WriteOne(Path.Combine(folder, "test", name, $"{i}.jpg"), colour, random);
            }
        }
    }

    private static void WriteOne(string path, SKColor colour, Random random)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using var bitmap = new SKBitmap(50, 40);
        byte light = (byte)random.Next(60, 200);
        bitmap.Erase(new SKColor(light, light, light));
        using (var canvas = new SKCanvas(bitmap))
        using (var paint = new SKPaint { Color = colour })
        {
            canvas.DrawCircle(25 + random.Next(-4, 5), 20 + random.Next(-4, 5), random.Next(10, 16), paint);
        }

        using SKData data = bitmap.Encode(SKEncodedImageFormat.Jpeg, 95);
        File.WriteAllBytes(path, data.ToArray());
    }
}
