using Microsoft.ML;
using Microsoft.ML.Data;

namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed class InputShapeTests
{
    private static readonly int[] Shape = [3, TinyImages.Side, TinyImages.Side];
    private readonly MLContext _mlContext = new(1);

    private IDataView Flat()
    {
        IDataView rows = _mlContext.Data.LoadFromEnumerable(TinyImages.Rows(32).Select(row => new FlatRow { Pixels = row.Pixels, Class = row.Class }));
        return _mlContext.Transforms.Conversion.MapValueToKey("Label", "Class").Fit(rows).Transform(rows);
    }

    private static NetworkTrainingOptions Options() => new() { Network = "resnet8", Epochs = 1, BatchSize = 16, Seed = 1, InputShape = Shape };

    [TestMethod]
    public void Fit_FlatColumnWithItsShape_TrainsAsOnThreeDimensions()
    {
        NetworkTrainingOptions plain = Options();
        plain.InputShape = null;
        using NetworkTransformer expected = new NetworkTrainingEstimator(_mlContext, plain).Fit(TinyImages.View(_mlContext, 32));
        using NetworkTransformer found = new NetworkTrainingEstimator(_mlContext, Options()).Fit(Flat());
        CollectionAssert.AreEqual(expected.Weights.ToArray(), found.Weights.ToArray());
        Assert.HasCount(32, found.Transform(Flat()).GetColumn<float[]>("Score").ToArray());
    }

    [TestMethod]
    public void Fit_TextFileOfPixels_TrainsAndScores()
    {
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Path, "pixels.csv");
        File.WriteAllLines(path, TinyImages.Rows(32).Select(row => $"{row.Class},{string.Join(',', row.Pixels)}"));
        IDataView rows = _mlContext.Data.LoadFromTextFile(path, [new("Class", DataKind.String, 0), new("Pixels", DataKind.Byte, 1, 192)], separatorChar: ',');
        var pipeline = _mlContext.Transforms.Conversion.MapValueToKey("Label", "Class").Append(new NetworkTrainingEstimator(_mlContext, Options()));
        using var model = pipeline.Fit(rows);
        Assert.AreEqual(32, Evaluation.Of(_mlContext, model.Transform(rows)).Count);
    }

    [TestMethod]
    public void Fit_FlatTeacherColumnWithItsShape_Teaches()
    {
        using NetworkTransformer model = new NetworkTrainingEstimator(_mlContext, Options()).Fit(Flat());
        using NetworkTeacher teacher = Teacher.FromModel(model);
        IDataView both = _mlContext.Transforms.CopyColumns("Seen", "Pixels").Fit(Flat()).Transform(Flat());
        var options = new WcordDistillationOptions
        {
            Student = "resnet8",
            Epochs = 1,
            BatchSize = 16,
            InputShape = Shape,
            TeacherInputColumnName = "Seen",
            TeacherInputShape = Shape,
        };
        new WcordDistillationEstimator(_mlContext, teacher, options).Fit(both).Dispose();
        options.TeacherInputShape = null;
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => new WcordDistillationEstimator(_mlContext, teacher, options).Fit(both)).Message, "set TeacherInputShape to");
    }

    [TestMethod]
    public void Fit_ShapeOfAnotherSize_SaysBoth()
    {
        NetworkTrainingOptions options = Options();
        options.InputShape = [3, 9, 9];
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => new NetworkTrainingEstimator(_mlContext, options).Fit(Flat())).Message, "expected 3 x 9 x 9 (channels x height x width), as InputShape says");
    }

    [TestMethod]
    public void Create_ShapeThatCannotBe_IsAFault()
    {
        foreach (int[] shape in new int[][] { [], [192], [3, 8], [3, 0, 8], [3, 8, 8, 1] })
        {
            NetworkTrainingOptions options = Options();
            options.InputShape = shape;
            StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => new NetworkTrainingEstimator(_mlContext, options)).Message, "expected null or channels, height and width");
        }
    }

    private sealed class FlatRow
    {
        [VectorType(3 * TinyImages.Side * TinyImages.Side)]
        public byte[] Pixels { get; set; } = [];

        public string Class { get; set; } = "";
    }
}
