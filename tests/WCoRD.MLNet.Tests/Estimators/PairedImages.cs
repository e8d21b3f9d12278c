using Microsoft.ML;
using Microsoft.ML.Data;

namespace WCoRD.MLNet.Tests;

/// <summary>The tiny images with a second, grey view of the same picture: one channel, and smaller if asked.</summary>
internal static class PairedImages
{
    private const int Side = TinyImages.Side;

    /// <summary>Rows with <c>Pixels</c> (3 x 8 x 8), <c>Grey</c> (1 x 8 x 8), <c>Small</c> (3 x 4 x 4), <c>Class</c> and <c>Label</c>.</summary>
    public static IDataView View(MLContext mlContext, int count, int seed = 1) => View(mlContext, Rows(count, seed));

    public static IDataView View(MLContext mlContext, IEnumerable<Row> rows)
    {
        IDataView view = mlContext.Data.LoadFromEnumerable(rows);
        return mlContext.Transforms.Conversion.MapValueToKey("Label", "Class", keyOrdinality: Microsoft.ML.Transforms.ValueToKeyMappingEstimator.KeyOrdinality.ByValue).Fit(view).Transform(view);
    }

    public static Row[] Rows(int count, int seed = 1) => [.. TinyImages.Rows(count, seed: seed).Select(row => new Row
    {
        Pixels = row.Pixels,
        Grey = [.. Enumerable.Range(0, Side * Side).Select(i => (byte)((row.Pixels[i] + row.Pixels[i + (Side * Side)] + row.Pixels[i + (2 * Side * Side)]) / 3))],
        Small = [.. Enumerable.Range(0, 3 * 16).Select(i => row.Pixels[(i / 16 * Side * Side) + (i / 4 % 4 * 2 * Side) + (i % 4 * 2)])],
        Class = row.Class,
    })];

    internal sealed class Row
    {
        [VectorType(3, Side, Side)]
        public byte[] Pixels { get; set; } = [];

        [VectorType(1, Side, Side)]
        public byte[] Grey { get; set; } = [];

        [VectorType(3, Side / 2, Side / 2)]
        public byte[] Small { get; set; } = [];

        /// <summary>Null: the row has no label.</summary>
        public string? Class { get; set; }
    }
}
