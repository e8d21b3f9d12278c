using Microsoft.ML;
using Microsoft.ML.Data;

namespace WCoRD.MLNet.Tests;

/// <summary>Rows as a model of three classes leaves them, by hand.</summary>
internal static class ScoredRows
{
    public const int Classes = 3;

    internal sealed class Row
    {
        [KeyType(Classes)]
        public uint Label { get; set; }

        [KeyType(2)]
        public uint CoarseLabel { get; set; }

        [KeyType(Classes)]
        public uint PredictedLabel { get; set; }

        [VectorType(Classes)]
        public float[] Score { get; set; } = [];

        [VectorType(4)]
        public float[] Features { get; set; } = [];
    }

    /// <summary>Classes 1 and 2 are of group 1, class 3 of group 2.</summary>
    public static IDataView View(MLContext mlContext, params (uint Label, uint Predicted)[] rows) => mlContext.Data.LoadFromEnumerable(rows.Select(row => new Row
    {
        // In memory, keys count from 0.
        Label = row.Label - 1,
        CoarseLabel = row.Label == 3 ? 1u : 0u,
        PredictedLabel = row.Predicted - 1,
        Score = [.. Enumerable.Range(1, Classes).Select(key => key == row.Predicted ? 0.8f : 0.1f)],
        Features = [row.Label, 0, 2 * row.Label, 1],
    }));
}
