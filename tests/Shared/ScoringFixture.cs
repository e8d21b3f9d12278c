using Microsoft.ML;
using Microsoft.ML.Data;

namespace WCoRD.MLNet.Tests;

/// <summary>A tiny model with random weights and rows to score.</summary>
internal static class ScoringFixture
{
    public const int Classes = 4;
    public static readonly string[] ClassNames = ["ant", "bee", "cat", "dog"];

    public static ModelDescription Description { get; } = new(
        "resnet8",
        Channels: 3,
        Height: 8,
        Width: 8,
        Classes,
        ClassValues.OfText(ClassNames),
        InputNormalization.Cifar100,
        InputColumnName: "Pixels",
        ScoreColumnName: "Score",
        PredictedLabelColumnName: "PredictedLabel",
        FeaturesColumnName: "Features",
        BatchSize: 128);

    public static NetworkTransformer Model(MLContext context, ModelDescription? description = null, TrainingHistory? history = null)
    {
        TorchSharp.torch.random.manual_seed(3);
        using FeatureNetwork network = NetworkCatalog.Create("resnet8", Classes);
        return new NetworkTransformer(context, description ?? Description, NetworkWeights.Save(network), history);
    }

    public static ByteRow[] Rows(int count)
    {
        var random = new Random(7);
        var rows = new ByteRow[count];
        for (int i = 0; i < count; i++)
        {
            rows[i] = new ByteRow { Id = i, Text = $"row {i}", Animal = ClassNames[i % Classes], Pixels = new byte[3 * 8 * 8] };
            random.NextBytes(rows[i].Pixels);
        }

        return rows;
    }

    public static IDataView View(MLContext context, int count) => context.Data.LoadFromEnumerable(Rows(count));

    public static List<ScoredRow> Read(MLContext context, IDataView view) => [.. context.Data.CreateEnumerable<ScoredRow>(view, reuseRowObject: false)];

    public static void AreClose(float[] expected, float[] found)
    {
        Assert.HasCount(expected.Length, found);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.AreEqual(expected[i], found[i], 1e-5f * Math.Max(1, Math.Abs(expected[i])));
        }
    }
}

internal sealed class ByteRow
{
    public int Id { get; set; }

    public string Text { get; set; } = "";

    public string Animal { get; set; } = "";

    [VectorType(3, 8, 8)]
    public byte[] Pixels { get; set; } = [];
}

internal sealed class FloatRow
{
    [VectorType(3, 8, 8)]
    public float[] Pixels { get; set; } = [];
}

internal sealed class ScoredRow
{
    public int Id { get; set; }

    public string Text { get; set; } = "";

    public uint PredictedLabel { get; set; }

    public float[] Score { get; set; } = [];

    public float[] Features { get; set; } = [];
}

internal sealed class Prediction
{
    public uint PredictedLabel { get; set; }

    public float[] Score { get; set; } = [];
}
