using Microsoft.ML;
using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>Reads the rows on which ranges are measured.</summary>
internal static class CalibrationBatches
{
    private const int BatchSize = 64;

    /// <returns>Pixel values, float32 <c>[rows, channels, height, width]</c>, of the present dispose scope.</returns>
    /// <exception cref="ArgumentException">The image column is absent, of another type or size, or there are no rows.</exception>
    public static IReadOnlyList<Tensor> Read(ModelDescription description, OnnxOptions options)
    {
        IDataView rows = options.CalibrationSet!;
        ImageColumn images = ImageColumn.Find(
            rows.Schema,
            nameof(description.InputColumnName),
            description.InputColumnName,
            [description.Channels, description.Height, description.Width],
            "the model");
        // Rows come class by class as often as not: the first ones would be of a few classes.
        long every = Math.Max(1, (rows.GetRowCount() ?? 0) / options.CalibrationRows);
        using DataViewRowCursor cursor = rows.GetRowCursor([images.Column]);
        var buffer = PixelBuffer.Create(cursor, images, BatchSize);
        List<Tensor> batches = [];
        int filled = 0, taken = 0;
        for (long row = 0; taken < options.CalibrationRows && cursor.MoveNext(); row++)
        {
            if (row % every != 0)
            {
                continue;
            }

            buffer.Read(filled++);
            taken++;
            if (filled == BatchSize)
            {
                batches.Add(buffer.ToTensor(filled));
                filled = 0;
            }
        }

        if (filled > 0)
        {
            batches.Add(buffer.ToTensor(filled));
        }

        return batches.Count > 0 ? batches
            : throw new ArgumentException($"{nameof(options.CalibrationSet)} has no rows: expected some like those that are scored.");
    }
}
