using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed class TeacherCheckTests
{
    private readonly MLContext _mlContext = new(1);
    private readonly List<string> _lines = [];
    private readonly List<string> _warnings = [];

    public TeacherCheckTests() => _mlContext.Log += (_, log) => (log.Kind == ChannelMessageKind.Warning ? _warnings : _lines).Add(log.RawMessage);

    private NetworkTransformer TrainTeacher() => new NetworkTrainingEstimator(
        _mlContext, new NetworkTrainingOptions { Network = "resnet8", Epochs = 4, BatchSize = 16, CropPadding = 1, HorizontalFlip = false, Seed = 5 }).Fit(TinyImages.View(_mlContext, 160));

    private void Distil(Teacher teacher, IDataView rows, string? label = "Label") =>
        new WcordDistillationEstimator(_mlContext, teacher, new WcordDistillationOptions { Student = "resnet8", Epochs = 1, BatchSize = 16, LabelColumnName = label, Seed = 1 }).Fit(rows).Dispose();

    // The same pictures, of another scale.
    private IDataView Scaled(float factor, int count = 64)
    {
        IDataView rows = _mlContext.Data.LoadFromEnumerable(TinyImages.Rows(count).Select(row => new ScaledRow { Pixels = [.. row.Pixels.Select(pixel => pixel * factor)], Class = row.Class }));
        return _mlContext.Transforms.Conversion.MapValueToKey("Label", "Class", keyOrdinality: Microsoft.ML.Transforms.ValueToKeyMappingEstimator.KeyOrdinality.ByValue).Fit(rows).Transform(rows);
    }

    [TestMethod]
    public void Fit_TeacherThatFits_SaysSoInOneLineAndWarnsOfNothing()
    {
        using NetworkTransformer model = TrainTeacher();
        using NetworkTeacher teacher = Teacher.FromModel(model);
        Distil(teacher, TinyImages.View(_mlContext, 64));
        string line = _lines.Single(line => line.StartsWith("teacher ", StringComparison.Ordinal));
        StringAssert.Matches(line, new(@"^teacher resnet8 classifies (9\d|100)\.\d % of 64 training rows rightly and sees a normalised input of mean -?0\.0\d and deviation (1\.0|0\.9)\d$"));
        Assert.IsFalse(_warnings.Any(warning => warning.Contains("teacher", StringComparison.Ordinal)), string.Join('\n', _warnings));
    }

    [TestMethod]
    [DataRow(1 / 255f)]
    [DataRow(255f)]
    public void Fit_PixelsOfAnotherScale_Warns(float factor)
    {
        using NetworkTransformer model = TrainTeacher();
        using NetworkTeacher teacher = Teacher.FromModel(model);
        Distil(teacher, Scaled(factor));
        string warning = _warnings.Single(warning => warning.StartsWith("The teacher resnet8", StringComparison.Ordinal));
        StringAssert.Contains(warning, "far from the mean 0 and deviation 1");
        StringAssert.Contains(warning, "Check its normalisation, the scale of the pixels (0 to 255 or 0 to 1) and the order of the classes.");
    }

    [TestMethod]
    public void Fit_NoLabels_MeasuresTheInputAlone()
    {
        using NetworkTransformer model = TrainTeacher();
        using NetworkTeacher teacher = Teacher.FromModel(model);
        Distil(teacher, Scaled(1 / 255f), label: null);
        StringAssert.StartsWith(_lines.Single(line => line.StartsWith("teacher ", StringComparison.Ordinal)), "teacher resnet8 sees a normalised input of mean -");
        Assert.IsTrue(_warnings.Any(warning => warning.StartsWith("The teacher resnet8 sees", StringComparison.Ordinal)));
    }

    [TestMethod]
    public void Fit_TeacherWithoutNamesOfClassesInAnotherOrder_IsNearChance()
    {
        using NetworkTransformer model = TrainTeacher();
        using NetworkTeacher teacher = Teacher.FromNetwork(model.CreateNetwork(), model.Normalization);
        IDataView rows = _mlContext.Data.LoadFromEnumerable(TinyImages.Rows(64).Reverse());
        Distil(teacher, _mlContext.Transforms.Conversion.MapValueToKey("Label", "Class").Fit(rows).Transform(rows));
        StringAssert.Contains(_warnings.Single(warning => warning.StartsWith("The teacher resnet8 classifies", StringComparison.Ordinal)), "that is near chance");
    }

    [TestMethod]
    public void Fit_TeacherOfColumns_IsMeasuredByItsScores()
    {
        using NetworkTransformer model = TrainTeacher();
        IDataView rows = model.Transform(TinyImages.View(_mlContext, 64));
        using Teacher teacher = Teacher.FromColumns("Score", "Score");
        Distil(teacher, rows);
        StringAssert.Matches(_lines.Single(line => line.StartsWith("teacher ", StringComparison.Ordinal)), new(@"^teacher columns 'Score', 'Score' classifies (9\d|100)\.\d % of 64 training rows rightly$"));
    }

    [TestMethod]
    [TestCategory("Long")]
    public void Fit_ManyRows_MeasuresFiveHundredAndTwelve()
    {
        LongTest.Require();
        using NetworkTransformer model = TrainTeacher();
        using NetworkTeacher teacher = Teacher.FromModel(model);
        Distil(teacher, TinyImages.View(_mlContext, 600));
        StringAssert.Contains(_lines.Single(line => line.StartsWith("teacher ", StringComparison.Ordinal)), "% of 512 training rows");
    }

    private sealed class ScaledRow
    {
        [VectorType(3, TinyImages.Side, TinyImages.Side)]
        public float[] Pixels { get; set; } = [];

        public string Class { get; set; } = "";
    }
}
