using Microsoft.ML;
using Microsoft.ML.Data;

namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed class NoLabelsTests
{
    private static WcordDistillationOptions Options() => new()
    {
        Student = "resnet8",
        LabelColumnName = null,
        Epochs = 4,
        BatchSize = 16,
        CropPadding = 1,
        HorizontalFlip = false,
        Critic = CriticForm.InfoNce,
        EmbeddingSize = 16,
        Seed = 5,
    };

    [TestMethod]
    public void Fit_NoLabelColumn_AddsFeaturesAloneWhichAProbeClassifies()
    {
        var mlContext = new MLContext(1);
        IDataView data = TinyImages.View(mlContext, 160);
        using NetworkTeacher teacher = TrainTeacher(mlContext, data);
        IDataView unlabelled = mlContext.Transforms.DropColumns("Label", "Class").Fit(data).Transform(data);
        using NetworkTransformer student = mlContext.MulticlassClassification.Trainers.WcordDistillation(teacher, Options()).Fit(unlabelled);
        CollectionAssert.AreEqual(new[] { "Pixels", "Id", "Features" }, student.GetOutputSchema(unlabelled.Schema).Select(column => column.Name).ToArray());
        Assert.AreEqual(new VectorDataViewType(NumberDataViewType.Single, 64), student.GetOutputSchema(unlabelled.Schema)["Features"].Type);
        CollectionAssert.AreEqual(new[] { "gckt", "lckt" }, student.History!.Epochs[0].Parts.Keys.ToArray());
        Assert.IsNull(student.History.Epochs[0].Accuracy);

        IDataView few = mlContext.Data.TakeRows(data, 32);
        var probe = mlContext.MulticlassClassification.Trainers.LbfgsMaximumEntropy("Label", "Features").Fit(student.Transform(few));
        IDataView scored = probe.Transform(student.Transform(TinyImages.View(mlContext, 40, seed: 2)));
        Assert.IsGreaterThan(0.8, mlContext.MulticlassClassification.Evaluate(scored).MicroAccuracy);
    }

    [TestMethod]
    public void Fit_NoLabelColumn_SavesAndLoads()
    {
        var mlContext = new MLContext(1);
        IDataView data = TinyImages.View(mlContext, 32);
        using NetworkTeacher teacher = TrainTeacher(mlContext, data);
        WcordDistillationOptions options = Options();
        (options.Epochs, options.FeaturesColumnName) = (1, "Embedding");
        using NetworkTransformer student = new WcordDistillationEstimator(mlContext, teacher, options).Fit(data);
        using var stream = new MemoryStream();
        mlContext.Model.Save(student, data.Schema, stream);
        ITransformer loaded = new MLContext().Model.Load(stream, out _);
        float[][] expected = [.. student.Transform(data).GetColumn<float[]>("Embedding")], found = [.. loaded.Transform(data).GetColumn<float[]>("Embedding")];
        for (int i = 0; i < expected.Length; i++)
        {
            CollectionAssert.AreEqual(expected[i], found[i]);
        }

        Assert.IsNull(loaded.Transform(data).Schema.GetColumnOrNull("Score"));
    }

    [TestMethod]
    public void Fit_CrossEntropyWeightZero_AddsFeaturesAlone()
    {
        var mlContext = new MLContext(1);
        IDataView data = TinyImages.View(mlContext, 32);
        using NetworkTeacher teacher = TrainTeacher(mlContext, data);
        WcordDistillationOptions options = Options();
        (options.LabelColumnName, options.CrossEntropyWeight, options.Epochs) = ("Label", 0, 1);
        using NetworkTransformer student = new WcordDistillationEstimator(mlContext, teacher, options).Fit(data);
        Assert.IsNull(student.GetOutputSchema(data.Schema).GetColumnOrNull("Score"));
        Assert.IsNotNull(student.GetOutputSchema(data.Schema).GetColumnOrNull("Features"));
    }

    [TestMethod]
    public void Fit_SoftTargetsWithoutCrossEntropy_KeepTheTeachersClasses()
    {
        var mlContext = new MLContext(1);
        IDataView data = TinyImages.View(mlContext, 160);
        using NetworkTeacher teacher = TrainTeacher(mlContext, data);
        WcordDistillationOptions options = Options();
        (options.LabelColumnName, options.CrossEntropyWeight, options.SoftTargetWeight) = ("Label", 0, 1);
        using NetworkTransformer student = new WcordDistillationEstimator(mlContext, teacher, options).Fit(data);
        Assert.IsGreaterThan(0.8, mlContext.MulticlassClassification.Evaluate(student.Transform(TinyImages.View(mlContext, 40, seed: 2))).MicroAccuracy);
    }

    [TestMethod]
    public void Fit_RowsWithoutLabel_CountForTheTeachersTermsOnly()
    {
        var mlContext = new MLContext(1);
        var warnings = new List<string>();
        mlContext.Log += (_, message) => warnings.Add(message.Message);
        PairedImages.Row[] rows = PairedImages.Rows(40);
        IDataView all = PairedImages.View(mlContext, rows);
        using NetworkTeacher teacher = TrainTeacher(mlContext, all);
        foreach (PairedImages.Row row in rows.Skip(16))
        {
            row.Class = null;
        }

        var steps = new List<StepProgress>();
        WcordDistillationOptions options = Options();
        (options.LabelColumnName, options.SoftTargetWeight, options.Epochs, options.BatchSize) = ("Label", 1, 1, 8);
        options.StepProgress = new Immediate<StepProgress>(steps.Add);
        using NetworkTransformer student = new WcordDistillationEstimator(mlContext, teacher, options).Fit(PairedImages.View(mlContext, rows));
        Assert.HasCount(5, steps, "All 40 rows are trained on, in batches of 8.");
        Assert.IsTrue(warnings.Any(line => line.Contains("24 row(s) have no label in column 'Label' and count for the teacher's terms only", StringComparison.Ordinal)), string.Join('\n', warnings));
        Assert.IsTrue(student.History!.Epochs[0].Accuracy is >= 0 and <= 1);
        Assert.AreEqual(4, student.Classes);
    }

    private static NetworkTeacher TrainTeacher(MLContext mlContext, IDataView data)
    {
        var options = new NetworkTrainingOptions { Network = "resnet8", Epochs = 2, BatchSize = 16, CropPadding = 0, HorizontalFlip = false, Seed = 1 };
        using NetworkTransformer model = new NetworkTrainingEstimator(mlContext, options).Fit(data);
        return Teacher.FromModel(model);
    }
}
