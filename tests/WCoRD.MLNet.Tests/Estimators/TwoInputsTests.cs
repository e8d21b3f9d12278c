using Microsoft.ML;
using Microsoft.ML.Data;

namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed class TwoInputsTests
{
    private static WcordDistillationOptions Options(string input) => new()
    {
        Student = "resnet8",
        InputColumnName = input,
        TeacherInputColumnName = "Pixels",
        Epochs = 3,
        BatchSize = 16,
        CropPadding = 2,
        HorizontalFlip = false,
        SoftTargetWeight = 1,
        EmbeddingSize = 16,
        Seed = 5,
    };

    [TestMethod]
    [DataRow("Grey", TeacherViewsKind.Same)]
    [DataRow("Small", TeacherViewsKind.Same)]
    [DataRow("Grey", TeacherViewsKind.Own)]
    public void Fit_StudentOfOtherChannelsOrSize_LearnsAndScoresFromItsOwnColumn(string input, TeacherViewsKind views)
    {
        var mlContext = new MLContext(1);
        IDataView data = PairedImages.View(mlContext, 160);
        using NetworkTeacher teacher = TrainTeacher(mlContext, data);
        WcordDistillationOptions options = Options(input);
        options.TeacherViews = views;
        using NetworkTransformer student = mlContext.MulticlassClassification.Trainers.WcordDistillation(teacher, options).Fit(data);
        CollectionAssert.AreEqual(new[] { "ce", "gckt", "lckt", "kd" }, student.History!.Epochs[0].Parts.Keys.ToArray());

        IDataView own = mlContext.Transforms.SelectColumns("Label", input).Fit(data).Transform(PairedImages.View(mlContext, 40, seed: 2));
        Assert.IsGreaterThan(0.8, mlContext.MulticlassClassification.Evaluate(student.Transform(own)).MicroAccuracy);
    }

    [TestMethod]
    public void Fit_TeacherColumnOfWrongType_NamesTheTeachersOption()
    {
        string message = FitError(options => options.TeacherInputColumnName = "Class");
        StringAssert.StartsWith(message, "TeacherInputColumnName is 'Class', a column of type String: expected Vector<Byte> or Vector<Single>");
    }

    [TestMethod]
    public void Fit_StudentColumnAbsent_NamesTheStudentsOption() =>
        StringAssert.StartsWith(FitError(options => options.InputColumnName = "Sound"), "InputColumnName is 'Sound', but the data has no such column.");

    [TestMethod]
    public void Fit_TeacherOfOtherImages_NamesItsColumn() =>
        StringAssert.Contains(FitError(options => (options.InputColumnName, options.TeacherInputColumnName) = ("Pixels", "Grey")), "reads images of 3 x 8 x 8, but column 'Grey' holds 1 x 8 x 8");

    [TestMethod]
    public void Fit_SizesThatCannotBeAligned_SaysBothAndWhatToDo()
    {
        var mlContext = new MLContext(1);
        IDataView data = PairedImages.View(mlContext, 16);
        using NetworkTeacher teacher = TrainTeacher(mlContext, data);
        IDataView odd = mlContext.Data.LoadFromEnumerable(PairedImages.Rows(16).Select(row => new OddRow { Pixels = row.Pixels, Class = row.Class! }));
        odd = mlContext.Transforms.Conversion.MapValueToKey("Label", "Class").Fit(odd).Transform(odd);
        string message = Assert.ThrowsExactly<ArgumentException>(() => new WcordDistillationEstimator(mlContext, teacher, Options("Odd")).Fit(odd)).Message;
        StringAssert.Contains(message, "TeacherInputColumnName 'Pixels' is 8 x 8 and InputColumnName 'Odd' is 8 x 5 (height x width): expected one to be a multiple of the other");
        StringAssert.Contains(message, "or set TeacherViews to Own or Whole.");
    }

    [TestMethod]
    public void GetOutputSchema_TeacherColumnAbsent_NamesTheTeachersOption()
    {
        var mlContext = new MLContext(1);
        IDataView data = PairedImages.View(mlContext, 16);
        using NetworkTeacher teacher = TrainTeacher(mlContext, data);
        var estimator = mlContext.Transforms.DropColumns("Pixels").Append(new WcordDistillationEstimator(mlContext, teacher, Options("Grey")));
        StringAssert.Contains(Assert.Throws<ArgumentException>(() => estimator.Fit(data)).Message, "TeacherInputColumnName is 'Pixels', but the data has no such column. It has: Grey, Small, Class, Label.");
    }

    private static string FitError(Action<WcordDistillationOptions> change)
    {
        var mlContext = new MLContext(1);
        IDataView data = PairedImages.View(mlContext, 16);
        using NetworkTeacher teacher = TrainTeacher(mlContext, data);
        WcordDistillationOptions options = Options("Grey");
        change(options);
        return Assert.ThrowsExactly<ArgumentException>(() => new WcordDistillationEstimator(mlContext, teacher, options).Fit(data)).Message;
    }

    private static NetworkTeacher TrainTeacher(MLContext mlContext, IDataView data)
    {
        var options = new NetworkTrainingOptions { Network = "resnet8", Epochs = 2, BatchSize = 16, CropPadding = 0, HorizontalFlip = false, Seed = 1 };
        using NetworkTransformer model = new NetworkTrainingEstimator(mlContext, options).Fit(data);
        return Teacher.FromModel(model);
    }

    private sealed class OddRow
    {
        [VectorType(3, 8, 8)]
        public byte[] Pixels { get; set; } = [];

        [VectorType(1, 8, 5)]
        public byte[] Odd { get; set; } = new byte[40];

        public string Class { get; set; } = "";
    }
}
