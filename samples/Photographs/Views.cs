using Microsoft.ML;
using Microsoft.ML.Data;
using SkiaSharp;
using WCoRD.MLNet;

namespace Photographs;

/// <summary>
/// Parts of photographs, cut out at random and mirrored or not, as files: so that a teacher who is a stage of the pipeline sees just what
/// the student sees. The first of each photograph is the whole.
/// </summary>
internal static class Views
{
    private const int Side = 224;
    private const double LeastArea = 0.35;
    private const double MostRatio = 4 / 3.0;

    /// <summary>Writes some views of each photograph, in a folder for each class.</summary>
    /// <returns>The views as rows: <c>Label</c>, <c>ImagePath</c> and <c>Photo</c>, which photograph it is of.</returns>
    public static IDataView Write(MLContext mlContext, IDataView photographs, string folder, int count)
    {
        var random = new Random(1);
        string[] paths = [.. photographs.GetColumn<string>("ImagePath")];
        foreach ((int photo, string path) in paths.Index())
        {
            string to = Directory.CreateDirectory(Path.Combine(folder, Path.GetFileName(Path.GetDirectoryName(path)!))).FullName;
            using SKBitmap picture = SKBitmap.Decode(path);
            for (int view = 0; view < count; view++)
            {
                using SKData file = Draw(picture, view == 0 ? null : random);
                File.WriteAllBytes(Path.Combine(to, Invariant($"{photo:D6}-{view:D2}.jpg")), file.ToArray());
            }
        }

        IDataView rows = mlContext.Data.LoadFromImageFolder(folder);
        return mlContext.Transforms.CustomMapping<PathRow, PhotoRow>(
            (row, made) => made.Photo = Path.GetFileName(row.ImagePath)[..6], contractName: null).Fit(rows).Transform(rows);
    }

    private static SKData Draw(SKBitmap picture, Random? random)
    {
        double area = random is null ? 1 : LeastArea + ((1 - LeastArea) * random.NextDouble());
        double ratio = random is null ? 1 : Math.Pow(MostRatio, (2 * random.NextDouble()) - 1);
        float width = (float)Math.Min(1, Math.Sqrt(area * ratio)) * picture.Width;
        float height = (float)Math.Min(1, Math.Sqrt(area / ratio)) * picture.Height;
        float left = (picture.Width - width) * (random?.NextSingle() ?? 0), top = (picture.Height - height) * (random?.NextSingle() ?? 0);
        using var view = new SKBitmap(Side, Side);
        using (var canvas = new SKCanvas(view))
        using (var paint = new SKPaint { FilterQuality = SKFilterQuality.Medium })
        {
            if (random?.Next(2) == 1)
            {
                canvas.Scale(-1, 1, Side / 2f, 0);
            }

            canvas.DrawBitmap(picture, new SKRect(left, top, left + width, top + height), new SKRect(0, 0, Side, Side), paint);
        }

        return view.Encode(SKEncodedImageFormat.Jpeg, quality: 92);
    }

    private sealed class PathRow
    {
        public string ImagePath { get; set; } = "";
    }

    private sealed class PhotoRow
    {
        public string Photo { get; set; } = "";
    }
}
