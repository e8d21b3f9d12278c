using Microsoft.ML;
using Microsoft.ML.Data;

namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed class ColumnTeacherTests
{
    private static WcordDistillationOptions Options() => new()
    {
        Student = "resnet8",
        CrossEntropyWeight = 0,
        SoftTargetWeight = 1,
        ScoreColumnName = "StudentScore",
        PredictedLabelColumnName = "StudentLabel",
        Epochs = 6,
        BatchSize = 16,
        CropPadding = 0,
        HorizontalFlip = false,
        EmbeddingSize = 16,
        Seed = 5,
    };

    [TestMethod]
    public void Estimator_NamesThatHideTheTeachersColumns_AreRefusedUnlessOfTheSameKind()
    {
        var mlContext = new MLContext(1);
        foreach ((string features, string? scores, Action<WcordDistillationOptions> change, string expected) in ((string, string?, Action<WcordDistillationOptions>, string)[])
        [
            ("Own", "Score", options => options.PredictedLabelColumnName = "Own", "PredictedLabelColumnName is 'Own': expected another name than the teacher's featureColumn"),
            ("Own", "Score", options => options.PredictedLabelColumnName = "Score", "PredictedLabelColumnName is 'Score': expected another name than the teacher's scoreColumn"),
            ("Own", "Score", options => options.FeaturesColumnName = "Score", "FeaturesColumnName is 'Score': expected another name than the teacher's scoreColumn"),
        ])
        {
            WcordDistillationOptions options = Options();
            change(options);
            using Teacher teacher = Teacher.FromColumns(features, scores);
            StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => new WcordDistillationEstimator(mlContext, teacher, options)).Message, expected);
        }

        // As a second trainer's score does in any chain.
        using Teacher same = Teacher.FromColumns("Features", "Score");
        WcordDistillationOptions usual = Options();
        (usual.ScoreColumnName, usual.FeaturesColumnName) = ("Score", "Features");
        _ = new WcordDistillationEstimator(mlContext, same, usual);
    }

    [TestMethod]
    public void Fit_SecondTrainerInAChain_HidesTheFirstsScores()
    {
        var mlContext = new MLContext(1);
        IDataView train = TinyImages.View(mlContext, 32);
        var first = mlContext.Transforms.Conversion.ConvertType("Numbers", "Pixels", DataKind.Single)
            .Append(mlContext.MulticlassClassification.Trainers.LbfgsMaximumEntropy("Label", "Numbers"));
        var chain = first.Append(mlContext.MulticlassClassification.Trainers.NetworkTraining(new NetworkTrainingOptions { Network = "resnet8", Epochs = 1 }));
        using var model = chain.Fit(train);
        DataViewSchema schema = model.Transform(train).Schema;
        Assert.AreEqual(2, schema.Count(column => column.Name == "Score"));
        Assert.IsFalse(schema["Score"].IsHidden);
        Assert.AreEqual(4, ((VectorDataViewType)schema["Score"].Type).Size);
    }

    [TestMethod]
    [TestCategory("Long")]
    public void Fit_TeacherIsAClassicalModel_StudentPredictsAsItDoes()
    {
        LongTest.Require();
        var mlContext = new MLContext(1);
        IDataView train = TinyImages.View(mlContext, 160), test = TinyImages.View(mlContext, 40, seed: 2);
        // What the teacher makes of the rows is written by ordinary stages: principal components as features, a linear model's probabilities as scores.
        var classical = mlContext.Transforms.Conversion.ConvertType("Numbers", "Pixels", DataKind.Single)
            .Append(mlContext.Transforms.ProjectToPrincipalComponents("Components", "Numbers", rank: 12))
            .Append(mlContext.MulticlassClassification.Trainers.LbfgsMaximumEntropy("Label", "Components"));
        using var fitted = classical.Fit(train);
        using Teacher teacher = Teacher.FromColumns("Components", "Score");
        using NetworkTransformer student = mlContext.MulticlassClassification.Trainers.WcordDistillation(teacher, Options()).Fit(fitted.Transform(train));
        CollectionAssert.AreEqual(new[] { "gckt", "lckt", "kd" }, student.History!.Epochs[0].Parts.Keys.ToArray());

        uint[] taught = [.. fitted.Transform(test).GetColumn<uint>("PredictedLabel")];
        uint[] learned = [.. student.Transform(test).GetColumn<uint>("StudentLabel")];
        Assert.IsGreaterThan(34, taught.Zip(learned).Count(pair => pair.First == pair.Second), "of 40");
    }

    [TestMethod]
    public void Fit_SparseColumn_TeachesAsTheSameDenseOne()
    {
        CollectionAssert.AreEqual(Features(sparse: false), Features(sparse: true));

        static float[] Features(bool sparse)
        {
            var mlContext = new MLContext(1);
            WcordDistillationOptions options = Options();
            (options.LabelColumnName, options.SoftTargetWeight, options.Epochs) = (null, 0, 1);
            using Teacher teacher = Teacher.FromColumns("Made");
            IDataView data = WithMade(mlContext, (row, made) =>
            {
                float[] values = new float[8];
                values[row % 8] = 1;
                made.Made = sparse ? new VBuffer<float>(8, 1, [1f], [row % 8]) : new VBuffer<float>(8, values);
            });
            using NetworkTransformer student = new WcordDistillationEstimator(mlContext, teacher, options).Fit(data);
            return [.. student.Transform(data).GetColumn<float[]>("Features").SelectMany(row => row)];
        }
    }

    [TestMethod]
    public void Fit_ConstantColumn_WarnsThatItTeachesNothing()
    {
        var mlContext = new MLContext(1);
        var lines = new List<string>();
        mlContext.Log += (_, message) => lines.Add(message.Message);
        WcordDistillationOptions options = Options();
        (options.LabelColumnName, options.SoftTargetWeight, options.Epochs) = (null, 0, 1);
        using Teacher teacher = Teacher.FromColumns("Made");
        using NetworkTransformer student = new WcordDistillationEstimator(mlContext, teacher, options).Fit(WithMade(mlContext, (_, made) => made.Made = new VBuffer<float>(8, [1, 2, 3, 4, 5, 6, 7, 8])));
        Assert.IsTrue(lines.Any(line => line.Contains("column 'Made' is the same in all rows: it teaches nothing", StringComparison.Ordinal)), string.Join('\n', lines));
    }

    [TestMethod]
    public void Fit_ColumnOfUnknownSize_SaysSo()
    {
        var mlContext = new MLContext(1);
        IDataView data = mlContext.Data.LoadFromEnumerable(new[] { new UnsizedRow(), new UnsizedRow() });
        string message = FitError(mlContext, Teacher.FromColumns("Values"), data, options => options.SoftTargetWeight = 0);
        StringAssert.Contains(message, "featureColumn is 'Values', a column of type");
        StringAssert.Contains(message, "of unknown size: expected Vector<Single> of known size");
    }

    [TestMethod]
    public void Fit_ColumnAbsentOrOfText_NamesIt()
    {
        var mlContext = new MLContext(1);
        IDataView data = WithMade(mlContext, (_, _) => { });
        StringAssert.Contains(FitError(mlContext, Teacher.FromColumns("Absent"), data), "featureColumn is 'Absent', but the data has no such column.");
        StringAssert.Contains(FitError(mlContext, Teacher.FromColumns("Made", "Text"), data), "scoreColumn is 'Text', a column of type String");
    }

    [TestMethod]
    public void Fit_SoftTargetsWithoutScores_SaysWhatToDo()
    {
        var mlContext = new MLContext(1);
        StringAssert.Contains(
            FitError(mlContext, Teacher.FromColumns("Made"), WithMade(mlContext, (_, _) => { })),
            "The objective 'kd' compares scores class by class: the teacher gives no scores: name its scoreColumn");
    }

    [TestMethod]
    public void Fit_ScoresOfOtherClasses_SaysFoundAndExpected()
    {
        var mlContext = new MLContext(1);
        PairedImages.Row[] rows = PairedImages.Rows(16);
        IDataView data = mlContext.Data.LoadFromEnumerable(rows.Select(row => new MadeRow { Pixels = row.Pixels, Class = row.Class! }));
        data = mlContext.Transforms.Conversion.MapValueToKey("Label", "Class").Fit(data).Transform(data);
        StringAssert.Contains(
            FitError(mlContext, Teacher.FromColumns("Made", "Made"), data, options => options.LabelColumnName = "Label"),
            "class by class: the teacher's column 'Made' knows 8 classes, but column 'Label' has 4");
    }

    [TestMethod]
    public void Fit_ValueNotANumber_NamesColumnAndRow()
    {
        var mlContext = new MLContext(1);
        IDataView data = WithMade(mlContext, (row, made) => made.Made = new VBuffer<float>(8, [0, 0, row == 5 ? float.PositiveInfinity : row, 0, 0, 0, 0, 0]));
        StringAssert.Contains(FitError(mlContext, Teacher.FromColumns("Made"), data, options => options.SoftTargetWeight = 0), "Column 'Made' holds Infinity at value 2 of row 5: expected finite numbers.");
    }

    [TestMethod]
    public void FromColumns_EmptyName_IsRefused()
    {
        Assert.ThrowsExactly<ArgumentException>(() => Teacher.FromColumns(""));
        Assert.ThrowsExactly<ArgumentException>(() => Teacher.FromColumns("Features", ""));
    }

    private static string FitError(MLContext mlContext, Teacher teacher, IDataView data, Action<WcordDistillationOptions>? change = null)
    {
        WcordDistillationOptions options = Options();
        options.LabelColumnName = null;
        change?.Invoke(options);
        return Assert.ThrowsExactly<ArgumentException>(() => new WcordDistillationEstimator(mlContext, teacher, options).Fit(data)).Message;
    }

    private static IDataView WithMade(MLContext mlContext, Action<int, MadeRow> make) =>
        mlContext.Data.LoadFromEnumerable(PairedImages.Rows(32).Select((row, i) =>
        {
            var made = new MadeRow { Pixels = row.Pixels };
            make(i, made);
            return made;
        }));

    private sealed class MadeRow
    {
        [VectorType(3, 8, 8)]
        public byte[] Pixels { get; set; } = [];

        [VectorType(8)]
        public VBuffer<float> Made { get; set; } = new(8, new float[8]);

        public string Text { get; set; } = "";

        public string Class { get; set; } = "";
    }

    private sealed class UnsizedRow
    {
        [VectorType(3, 8, 8)]
        public byte[] Pixels { get; set; } = new byte[192];

        public float[] Values { get; set; } = new float[8];
    }
}
