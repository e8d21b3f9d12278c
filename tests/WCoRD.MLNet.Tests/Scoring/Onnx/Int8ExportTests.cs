using Microsoft.ML;
using Microsoft.ML.OnnxRuntime;

namespace WCoRD.MLNet.Tests;

/// <summary>Networks in whole numbers. What they classify rightly is measured on CIFAR-100's own images.</summary>
[TestClass]
public sealed class Int8ExportTests
{
    private const int Side = 32;
    private readonly MLContext _mlContext = new(1);

    [TestMethod]
    [DataRow("resnet8", CalibrationKind.MinMax)]
    [DataRow("resnet8", CalibrationKind.MeanSquaredError)]
    [DataRow("vgg8", CalibrationKind.MeanSquaredError)]
    [DataRow("wrn_16_1", CalibrationKind.MeanSquaredError)]
    [DataRow("MobileNetV2", CalibrationKind.MeanSquaredError)]
    [DataRow("ShuffleV1", CalibrationKind.MeanSquaredError)]
    [DataRow("ShuffleV2", CalibrationKind.MeanSquaredError)]
    public void SaveOnnx_Int8_IsSmallerAndNearlyTheSame(string network, CalibrationKind calibration)
    {
        LongTest.RequireUnless(network is "resnet8" or "MobileNetV2");
        using NetworkTransformer model = OnnxFixture.Model(_mlContext, network, Side, Side);
        using var folder = new TemporaryFolder();
        string whole = folder.File("float.onnx"), small = folder.File("int8.onnx");
        IDataView rows = _mlContext.Data.LoadFromEnumerable(Enumerable.Range(0, 64).Select(row => new PixelRow { Pixels = Picture(row) }));
        model.SaveOnnx(whole, new OnnxOptions { AddFeatures = true });
        model.SaveOnnx(small, new OnnxOptions
        {
            AddFeatures = true,
            Precision = OnnxPrecision.Int8,
            CalibrationSet = rows,
            Calibration = calibration,
        });
        Assert.IsLessThan(0.45, (double)new FileInfo(small).Length / new FileInfo(whole).Length);

        byte[] pixels = [.. Enumerable.Range(100, 16).SelectMany(Picture)];
        float[] expected = OnnxFixture.Run(whole, pixels, 16, Side, Side)["Features"], found = OnnxFixture.Run(small, pixels, 16, Side, Side)["Features"];
        double error = Math.Sqrt(expected.Zip(found, (a, b) => (double)(a - b) * (a - b)).Sum() / expected.Sum(value => (double)value * value));
        Assert.IsTrue(error is > 0 and < 0.15, $"{error}");
    }

    [TestMethod]
    public void SaveOnnx_Int8_IsComputedInWholeNumbers()
    {
        using NetworkTransformer model = OnnxFixture.Model(_mlContext, "resnet8", Side, Side);
        using var folder = new TemporaryFolder();
        string path = folder.File("int8.onnx"), optimized = folder.File("optimized.onnx");
        IDataView rows = _mlContext.Data.LoadFromEnumerable(Enumerable.Range(0, 16).Select(row => new PixelRow { Pixels = Picture(row) }));
        model.SaveOnnx(path, new OnnxOptions { Precision = OnnxPrecision.Int8, CalibrationSet = rows });
        using (var options = new SessionOptions { OptimizedModelFilePath = optimized })
        using (new InferenceSession(path, options))
        {
        }

        // The operators' names stand in the file as they are.
        string text = System.Text.Encoding.Latin1.GetString(File.ReadAllBytes(optimized));
        StringAssert.Contains(text, "QLinearConv");
        StringAssert.Contains(text, "QLinearAdd");
        Assert.IsFalse(text.Contains("FusedConv", StringComparison.Ordinal), "A convolution is computed in floats.");
    }

    [TestMethod]
    public void SaveOnnx_CalibrationRowsOfAnotherSize_NamesTheColumn()
    {
        using NetworkTransformer model = OnnxFixture.Model(_mlContext, "resnet8", Side, Side);
        var options = new OnnxOptions { Precision = OnnxPrecision.Int8, CalibrationSet = ScoringFixture.View(_mlContext, 4) };
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => model.SaveOnnx("m.onnx", options)).Message, "'Pixels', a column of type Vector<Byte, 3, 8, 8>: expected 3 x 32 x 32");
        options.CalibrationSet = _mlContext.Data.LoadFromEnumerable<PixelRow>([]);
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => model.SaveOnnx("m.onnx", options)).Message, "CalibrationSet has no rows");
        Assert.IsFalse(File.Exists("m.onnx"));
    }

    /// <summary>A picture of soft waves, as pictures are soft; noise has no range of its own.</summary>
    private static byte[] Picture(int seed)
    {
        var random = new Random(seed);
        double[] waves = [.. Enumerable.Range(0, 9).Select(_ => random.NextDouble() * 6)];
        return [.. Enumerable.Range(0, 3 * Side * Side).Select(i =>
        {
            (int channel, double y, double x) = (i / (Side * Side), i / Side % Side / (double)Side, i % Side / (double)Side);
            return (byte)(127.5 * (1 + Math.Sin(waves[channel] + (waves[3 + channel] * x) + (waves[6 + channel] * y))));
        })];
    }

    private sealed class PixelRow
    {
        [Microsoft.ML.Data.VectorType(3, Side, Side)]
        public byte[] Pixels { get; set; } = [];
    }
}
