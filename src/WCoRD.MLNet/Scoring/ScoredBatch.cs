using Microsoft.ML;
using Microsoft.ML.Data;

namespace WCoRD.MLNet;

/// <summary>Up to one batch of rows: their pixels, and what the network made of them.</summary>
internal sealed class ScoredBatch(DataViewRow input, ScoredColumns columns, bool[] active, int rows)
{
    private readonly PixelBuffer _pixels = PixelBuffer.Create(input, columns.Images, rows);
    private readonly float[] _scores = IsActive(active, columns.Score) || IsActive(active, columns.PredictedLabel)
        ? new float[rows * columns.Classes]
        : [];
    private readonly float[] _features = IsActive(active, columns.Features) ? new float[rows * columns.FeatureSize] : [];

    public void Read(int slot) => _pixels.Read(slot);

    /// <summary>Calls the network once for the first rows.</summary>
    public void Compute(int count) => columns.Scorer.Score(_pixels, count, _scores, _features);

    /// <summary>The getter of an added column.</summary>
    /// <param name="column">The column's index.</param>
    /// <param name="slot">Gives the current row's slot, after making sure that it is computed.</param>
    public Delegate Getter(int column, Func<int> slot) =>
        column == columns.PredictedLabel ? PredictedLabel(slot)
        : column == columns.Score ? Vector(_scores, columns.Classes, slot)
        : Vector(_features, columns.FeatureSize, slot);

    private static bool IsActive(bool[] active, int column) => column >= 0 && active[column];

    private ValueGetter<uint> PredictedLabel(Func<int> slot) =>
        (ref uint value) => value = BestKey(_scores.AsSpan(slot() * columns.Classes, columns.Classes));

    private static ValueGetter<VBuffer<float>> Vector(float[] values, int size, Func<int> slot) => (ref VBuffer<float> value) =>
    {
        ReadOnlySpan<float> row = values.AsSpan(slot() * size, size);
        VBufferEditor<float> editor = VBufferEditor.Create(ref value, size);
        row.CopyTo(editor.Values);
        value = editor.Commit();
    };

    // Keys count from 1; 0 is "missing", which is all that can be said of a row with a NaN.
    private static uint BestKey(ReadOnlySpan<float> scores)
    {
        int best = 0;
        for (int i = 0; i < scores.Length; i++)
        {
            if (float.IsNaN(scores[i]))
            {
                return 0;
            }

            best = scores[i] > scores[best] ? i : best;
        }

        return (uint)best + 1;
    }
}
