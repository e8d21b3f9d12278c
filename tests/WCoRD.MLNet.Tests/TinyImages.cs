using Microsoft.ML;
using Microsoft.ML.Data;

namespace WCoRD.MLNet.Tests;

/// <summary>Small images that a small network learns in seconds: each class is bright in its own quarter and channel, with noise.</summary>
internal static class TinyImages
{
    public const int Side = 8;

    internal sealed class Row
    {
        [VectorType(3, Side, Side)]
        public byte[] Pixels { get; set; } = [];

        public string Class { get; set; } = "";

        public int Id { get; set; }
    }

    public static Row[] Rows(int count, int classes = 4, int seed = 1)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(id => new Row { Id = id, Class = Name(id % classes), Pixels = Draw(id % classes, random) })];
    }

    public static string Name(int label) => $"class {label}";

    /// <summary>The rows as a data view whose <c>Label</c> is a key over all class names.</summary>
    public static IDataView View(MLContext mlContext, IEnumerable<Row> rows)
    {
        IDataView view = mlContext.Data.LoadFromEnumerable(rows);
        return mlContext.Transforms.Conversion.MapValueToKey("Label", "Class", keyOrdinality: Microsoft.ML.Transforms.ValueToKeyMappingEstimator.KeyOrdinality.ByValue).Fit(view).Transform(view);
    }

    public static IDataView View(MLContext mlContext, int count, int classes = 4, int seed = 1) => View(mlContext, Rows(count, classes, seed));

    private static byte[] Draw(int label, Random random)
    {
        var pixels = new byte[3 * Side * Side];
        for (int i = 0; i < pixels.Length; i++)
        {
            int channel = i / (Side * Side), y = i / Side % Side, x = i % Side;
            bool bright = (y / 4 * 2) + (x / 4) == label % 4 && channel == label % 3;
            pixels[i] = (byte)(random.Next(100) + (bright ? 140 : 0));
        }

        return pixels;
    }
}
