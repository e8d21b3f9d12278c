using Microsoft.ML;
using Microsoft.ML.Data;

namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed class PixelsCatalogTests
{
    private readonly MLContext _mlContext = new(1);

    [TestMethod]
    public void LuminanceChrominance_OneNameForBoth_IsRefused() =>
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => new MLContext(1).Transforms.LuminanceChrominance("Lab", "Lab")).Message, "are both 'Lab': expected two names");

    [TestMethod]
    public void LuminanceChrominance_ThenToRgb_GivesTheSameBytes()
    {
        IDataView data = TinyImages.View(_mlContext, 20);
        IDataView mapped = Apply(
            _mlContext.Transforms.LuminanceChrominance().Append(_mlContext.Transforms.LuminanceChrominanceToRgb("Back")), data);
        Assert.AreEqual(new VectorDataViewType(NumberDataViewType.Single, 1, 8, 8), mapped.Schema["Luminance"].Type);
        Assert.AreEqual(new VectorDataViewType(NumberDataViewType.Single, 2, 8, 8), mapped.Schema["Chrominance"].Type);
        Assert.AreEqual(data.Schema["Pixels"].Type, mapped.Schema["Back"].Type);
        AreEqual([.. data.GetColumn<byte[]>("Pixels")], [.. mapped.GetColumn<byte[]>("Back")]);
    }

    [TestMethod]
    public void LuminanceChrominance_RedImage_HasItsPublishedValuesEverywhere()
    {
        IDataView data = Images<byte>(i => i < 64 ? (byte)255 : (byte)0);
        IDataView mapped = Apply(_mlContext.Transforms.LuminanceChrominance(), data);
        Assert.IsTrue(mapped.GetColumn<float[]>("Luminance").Single().All(l => Math.Abs(l - 53.2408) < 0.01));
        float[] colour = mapped.GetColumn<float[]>("Chrominance").Single();
        Assert.IsTrue(colour[..64].All(a => Math.Abs(a - 80.0925) < 0.01) && colour[64..].All(b => Math.Abs(b - 67.2032) < 0.01));
    }

    [TestMethod]
    public void LuminanceChrominanceToRgb_OneColumn_ShowsItAlone()
    {
        IDataView mapped = Apply(
            _mlContext.Transforms.LuminanceChrominance()
                .Append(_mlContext.Transforms.LuminanceChrominanceToRgb("Grey", chrominanceColumnName: null))
                .Append(_mlContext.Transforms.LuminanceChrominanceToRgb("Colours", luminanceColumnName: null)),
            TinyImages.View(_mlContext, 3));
        foreach (byte[] grey in mapped.GetColumn<byte[]>("Grey"))
        {
            CollectionAssert.AreEqual(grey[..64], grey[64..128]);
            CollectionAssert.AreEqual(grey[..64], grey[128..]);
        }

        // Shown with one lightness, whatever it was.
        IDataView again = Apply(_mlContext.Transforms.LuminanceChrominance("L", "C", "Colours"), mapped);
        Assert.IsTrue(again.GetColumn<float[]>("L").First().Average() is > 50 and < 70);
    }

    [TestMethod]
    public void DownsamplePixels_Bytes_AreRoundedMeansOfTheirBlocks()
    {
        IDataView mapped = Apply(_mlContext.Transforms.DownsamplePixels("Small", "Pixels", 4, 2), Images<byte>(i => (byte)i));
        Assert.AreEqual(new VectorDataViewType(NumberDataViewType.Byte, 3, 4, 2), mapped.Schema["Small"].Type);
        byte[] found = mapped.GetColumn<byte[]>("Small").Single();
        for (int i = 0; i < found.Length; i++)
        {
            int channel = i / 8, y = i / 2 % 4, x = i % 2;
            double mean = Enumerable.Range(0, 2).SelectMany(row => Enumerable.Range(0, 4).Select(column => (channel * 64) + (((y * 2) + row) * 8) + (x * 4) + column)).Average();
            Assert.AreEqual(Math.Round(mean), found[i], 0.51);
        }
    }

    [TestMethod]
    public void DownsamplePixels_Singles_AreExactMeans()
    {
        IDataView mapped = Apply(_mlContext.Transforms.DownsamplePixels("Small", "Pixels", 1, 1), Images<float>(i => i < 64 ? i : -1.5f));
        CollectionAssert.AreEqual(new[] { 31.5f, -1.5f, -1.5f }, mapped.GetColumn<float[]>("Small").Single());
    }

    [TestMethod]
    public void Transform_PredictionEngineAndSeveralThreads_AgreeWithTheRows()
    {
        IDataView data = TinyImages.View(_mlContext, 300);
        PixelMappingTransformer model = _mlContext.Transforms.LuminanceChrominance().Fit(data);
        float[][] expected = [.. model.Transform(data).GetColumn<float[]>("Luminance")];
        using var engine = _mlContext.Model.CreatePredictionEngine<TinyImages.Row, Mapped>(model, inputSchemaDefinition: null);
        CollectionAssert.AreEqual(expected[7], engine.Predict(TinyImages.Rows(8)[7]).Luminance);

        IDataView view = model.Transform(data);
        DataViewRowCursor[] cursors = view.GetRowCursorSet([view.Schema["Luminance"]], 2);
        long rows = cursors.Sum(cursor =>
        {
            using (cursor)
            {
                long count = 0;
                while (cursor.MoveNext())
                {
                    count++;
                }

                return count;
            }
        });
        Assert.AreEqual(300, rows);
        Assert.AreEqual(data.GetRowCount(), view.GetRowCount());
    }

    [TestMethod]
    public void Save_Load_MapsAlike()
    {
        IDataView data = TinyImages.View(_mlContext, 5);
        var chain = _mlContext.Transforms.LuminanceChrominance(chrominanceColumnName: null)
            .Append(_mlContext.Transforms.DownsamplePixels("Small", "Luminance", 2, 2))
            .Append(_mlContext.Transforms.LuminanceChrominanceToRgb("Grey", chrominanceColumnName: null)).Fit(data);
        using var stream = new MemoryStream();
        _mlContext.Model.Save(chain, data.Schema, stream);
        ITransformer loaded = new MLContext().Model.Load(stream, out _);
        float[][] expected = [.. chain.Transform(data).GetColumn<float[]>("Small")], found = [.. loaded.Transform(data).GetColumn<float[]>("Small")];
        for (int i = 0; i < expected.Length; i++)
        {
            CollectionAssert.AreEqual(expected[i], found[i]);
        }

        AreEqual([.. chain.Transform(data).GetColumn<byte[]>("Grey")], [.. loaded.Transform(data).GetColumn<byte[]>("Grey")]);
    }

    [TestMethod]
    public void Fit_WrongColumns_AreNamedWithFoundAndExpected()
    {
        IDataView data = PairedImages.View(_mlContext, 2);
        Fails("inputColumnName is 'Absent', but the data has no such column.", _mlContext.Transforms.LuminanceChrominance(inputColumnName: "Absent"));
        Fails("inputColumnName is 'Class', a column of type String", _mlContext.Transforms.LuminanceChrominance(inputColumnName: "Class"));
        Fails("Column 'Grey' has 1 channel(s): expected 3 (red, green, blue).", _mlContext.Transforms.LuminanceChrominance(inputColumnName: "Grey"));
        Fails("Column 'Pixels' has 3 channel(s): expected 2 (a* and b*).", _mlContext.Transforms.LuminanceChrominanceToRgb("Out", null, "Pixels"));
        Fails("Column 'Pixels' is 8 x 8 (height x width), which 3 x 8 does not divide", _mlContext.Transforms.DownsamplePixels("Out", "Pixels", 3, 8));

        void Fails(string expected, PixelMappingEstimator estimator) =>
            StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => estimator.Fit(data)).Message, expected);
    }

    [TestMethod]
    public void GetOutputSchema_InAChain_FindsTheWrongColumnBeforeData()
    {
        IDataView data = PairedImages.View(_mlContext, 2);
        var chain = _mlContext.Transforms.CopyColumns("Text", "Class").Append(_mlContext.Transforms.DownsamplePixels("Out", "Text", 1, 1));
        StringAssert.Contains(Assert.Throws<ArgumentException>(() => chain.GetOutputSchema(SchemaShapeOf(data))).Message, "inputColumnName is 'Text'");
    }

    [TestMethod]
    public void LuminanceChrominance_NoColumnAtAll_IsRefused() =>
        Assert.ThrowsExactly<ArgumentException>(() => _mlContext.Transforms.LuminanceChrominance(null, null));

    private static SchemaShape SchemaShapeOf(IDataView data) => new([.. new[] { SchemaShapes.Column("Class", SchemaShape.Column.VectorKind.Scalar, data.Schema["Class"].Type) }]);

    private static IDataView Apply(IEstimator<ITransformer> estimator, IDataView data) => estimator.Fit(data).Transform(data);

    private IDataView Images<T>(Func<int, T> pixel)
    {
        T[] pixels = [.. Enumerable.Range(0, 192).Select(pixel)];
        return pixels is byte[] bytes
            ? _mlContext.Data.LoadFromEnumerable(new[] { new ByteRow { Pixels = bytes } })
            : _mlContext.Data.LoadFromEnumerable(new[] { new FloatRow { Pixels = (float[])(object)pixels } });
    }

    private static void AreEqual(byte[][] expected, byte[][] found)
    {
        Assert.HasCount(expected.Length, found);
        for (int i = 0; i < expected.Length; i++)
        {
            CollectionAssert.AreEqual(expected[i], found[i], $"row {i}");
        }
    }

    private sealed class Mapped
    {
        public float[] Luminance { get; set; } = [];
    }
}
