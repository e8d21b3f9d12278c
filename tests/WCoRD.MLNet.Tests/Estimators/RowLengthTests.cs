using Microsoft.ML;
using Microsoft.ML.Data;

namespace WCoRD.MLNet.Tests;

/// <summary>A row whose vector is missing, short or long is refused alike wherever it is read.</summary>
[TestClass]
public sealed class RowLengthTests
{
    private const int Bad = 5;
    private const int Size = 3 * TinyImages.Side * TinyImages.Side;
    private readonly MLContext _mlContext = new(1);

    private IDataView Rows(int? length)
    {
        TinyImages.Row[] rows = TinyImages.Rows(16);
        rows[Bad].Pixels = length is { } values ? new byte[values] : null!;
        return TinyImages.View(_mlContext, rows);
    }

    private static string Expected(int? length) => $"Column 'Pixels' has {length ?? 0} value(s) in row {Bad}: expected {Size}, as its type says. Leave out or repair rows without values, or with more or fewer.";

    private static string Fault(Action act) => Assert.ThrowsExactly<ArgumentException>(act).Message;

    [TestMethod]
    [DataRow(null)]
    [DataRow(0)]
    [DataRow(7)]
    [DataRow(Size + 1)]
    public void Row_NullShortOrLong_GivesTheSameErrorInTrainingAndScoring(int? length)
    {
        IDataView rows = Rows(length);
        var options = new NetworkTrainingOptions { Network = "resnet8", Epochs = 1, BatchSize = 16, Seed = 1 };
        using NetworkTransformer model = new NetworkTrainingEstimator(_mlContext, options).Fit(TinyImages.View(_mlContext, 16));
        Assert.AreEqual(Expected(length), Fault(() => new NetworkTrainingEstimator(_mlContext, options).Fit(rows)));
        Assert.AreEqual(Expected(length), Fault(() => _ = model.Transform(rows).GetColumn<float[]>("Score").ToArray()));

        options.ValidationSet = rows;
        Assert.AreEqual(Expected(length), Fault(() => new NetworkTrainingEstimator(_mlContext, options).Fit(TinyImages.View(_mlContext, 16))));
    }

    [TestMethod]
    public void Row_Short_IsRefusedByPixelStages()
    {
        IDataView rows = Rows(7);
        IDataView lightness = _mlContext.Transforms.LuminanceChrominance().Fit(rows).Transform(rows);
        Assert.AreEqual(Expected(7), Fault(() => _ = lightness.GetColumn<float[]>("Luminance").ToArray()));
        IDataView small = _mlContext.Transforms.DownsamplePixels("Small", "Pixels", 4, 4).Fit(rows).Transform(rows);
        Assert.AreEqual(Expected(7), Fault(() => _ = small.GetColumn<byte[]>("Small").ToArray()));
    }

    [TestMethod]
    public void Row_TeachersColumnShort_IsRefused()
    {
        var made = TinyImages.Rows(16).Select((row, i) => new TaughtRow { Pixels = row.Pixels, Class = row.Class, Taught = new float[i == Bad ? 3 : 4] });
        IDataView rows = _mlContext.Data.LoadFromEnumerable(made);
        rows = _mlContext.Transforms.Conversion.MapValueToKey("Label", "Class").Fit(rows).Transform(rows);
        using Teacher teacher = Teacher.FromColumns("Taught");
        Assert.AreEqual(
            $"Column 'Taught' has 3 value(s) in row {Bad}: expected 4, as its type says. Leave out or repair rows without values, or with more or fewer.",
            Fault(() => new WcordDistillationEstimator(_mlContext, teacher, new WcordDistillationOptions { Student = "resnet8", Epochs = 1 }).Fit(rows)));
    }

    [TestMethod]
    public void Row_NullInAPredictionEngine_IsRefused()
    {
        using NetworkTransformer model = ScoringFixture.Model(_mlContext);
        using var engine = _mlContext.Model.CreatePredictionEngine<ByteRow, Prediction>(model);
        StringAssert.Contains(Fault(() => engine.Predict(new ByteRow { Pixels = null! })), "Column 'Pixels' has 0 value(s) in row 0: expected 192");
    }

    private sealed class TaughtRow
    {
        [VectorType(3, TinyImages.Side, TinyImages.Side)]
        public byte[] Pixels { get; set; } = [];

        public string Class { get; set; } = "";

        [VectorType(4)]
        public float[] Taught { get; set; } = [];
    }
}
