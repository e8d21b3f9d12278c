using Microsoft.ML;
using Microsoft.ML.Data;
using TorchSharp;

namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed class WcordDistillationEstimatorTests
{
    private static WcordDistillationOptions Options() => new()
    {
        Student = "resnet8",
        Epochs = 3,
        BatchSize = 16,
        CropPadding = 1,
        HorizontalFlip = false,
        SoftTargetWeight = 1,
        EmbeddingSize = 16,
        Seed = 5,
    };

    [TestMethod]
    public void Fit_LearnableImages_ClassifiesHeldOutRowsAndReportsEveryPart()
    {
        var mlContext = new MLContext(1);
        IDataView data = TinyImages.View(mlContext, 160);
        using NetworkTransformer teacherModel = TrainTeacher(mlContext, data);
        using NetworkTeacher teacher = Teacher.FromModel(teacherModel);
        using NetworkTransformer student = mlContext.MulticlassClassification.Trainers.WcordDistillation(teacher, Options()).Fit(data);
        Assert.IsTrue(mlContext.MulticlassClassification.Evaluate(student.Transform(TinyImages.View(mlContext, 40, seed: 2))).MicroAccuracy > 0.9);
        EpochMetrics metrics = student.History!.Epochs[0];
        CollectionAssert.AreEqual(new[] { "ce", "gckt", "lckt", "kd" }, metrics.Parts.Keys.ToArray());
        // Total = the weighted parts.
        CollectionAssert.AreEqual(new[] { "lckt_error", "lckt_excess" }, metrics.Metrics.Keys.ToArray());
        Assert.IsTrue(metrics.Metrics.Values.All(value => value is >= 0 and < 0.2), string.Join(" ", metrics.Metrics));
        double sum = metrics.Parts["ce"] + (0.8 * metrics.Parts["gckt"]) + (0.05 * metrics.Parts["lckt"]) + metrics.Parts["kd"];
        Assert.AreEqual(sum, metrics.Loss, 1e-4 * sum);
    }

    [TestMethod]
    public void Fit_Teacher_StaysAsItWas()
    {
        var mlContext = new MLContext(1);
        IDataView data = TinyImages.View(mlContext, 32);
        using NetworkTransformer teacherModel = TrainTeacher(mlContext, data);
        using NetworkTeacher teacher = Teacher.FromModel(teacherModel);
        using torch.Tensor pixels = torch.rand(2, 3, 8, 8) * 255;
        float[] before = Logits(teacher, pixels);
        WcordDistillationOptions options = Options();
        options.Epochs = 1;
        new WcordDistillationEstimator(mlContext, teacher, options).Fit(data).Dispose();
        CollectionAssert.AreEqual(before, Logits(teacher, pixels));
    }

    [TestMethod]
    [DataRow(CriticForm.Nce, TransportSolver.Ipot, null)]
    [DataRow(CriticForm.InfoNce, TransportSolver.Sinkhorn, 0)]
    [DataRow(CriticForm.Dual, TransportSolver.Exact, 8)]
    public void Fit_EveryForm_SameSeedSameScoresAndNoTensorLeft(CriticForm critic, TransportSolver solver, int? negatives)
    {
        var mlContext = new MLContext(1);
        IDataView data = TinyImages.View(mlContext, 40);
        using NetworkTransformer teacherModel = TrainTeacher(mlContext, data);
        using NetworkTeacher teacher = Teacher.FromModel(teacherModel);
        var counts = new List<long>();
        WcordDistillationOptions options = Options();
        options.Epochs = 2;
        options.Critic = critic;
        options.TransportSolver = solver;
        options.Negatives = negatives;
        options.StepProgress = new Immediate<StepProgress>(_ => counts.Add(DisposeScopeManager.Statistics.ThreadTotalLiveCount));
        float[][] Fit()
        {
            using NetworkTransformer student = new WcordDistillationEstimator(mlContext, teacher, options).Fit(data);
            return [.. student.Transform(data).GetColumn<float[]>("Score")];
        }

        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        float[][] first = Fit();
        Assert.AreEqual(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
        Assert.AreEqual(1, counts.Skip(1).Distinct().Count(), string.Join(' ', counts));
        float[][] second = Fit();
        for (int i = 0; i < first.Length; i++)
        {
            CollectionAssert.AreEqual(first[i], second[i]);
        }
    }

    [TestMethod]
    public void Fit_TeacherOfOtherClasses_IsRefused()
    {
        var mlContext = new MLContext(1);
        using NetworkTransformer teacherModel = TrainTeacher(mlContext, TinyImages.View(mlContext, 16, classes: 3));
        using NetworkTeacher teacher = Teacher.FromModel(teacherModel);
        string message = Assert.ThrowsExactly<ArgumentException>(() => new WcordDistillationEstimator(mlContext, teacher, Options()).Fit(TinyImages.View(mlContext, 16))).Message;
        StringAssert.Contains(message, "column 'Label' names 4 classes and the teacher (resnet8) 3, which are not the same: only column 'Label' has 'class 3'.");
    }

    [TestMethod]
    public void Fit_MoreNegativesThanOtherRows_IsRefused()
    {
        var mlContext = new MLContext(1);
        IDataView data = TinyImages.View(mlContext, 16);
        using NetworkTransformer teacherModel = TrainTeacher(mlContext, data);
        using NetworkTeacher teacher = Teacher.FromModel(teacherModel);
        WcordDistillationOptions options = Options();
        options.Negatives = 13;
        string message = Assert.Throws<ArgumentException>(() => new WcordDistillationEstimator(mlContext, teacher, options).Fit(data)).Message;
        // 16 rows of 4 classes: 12 rows of other classes for each.
        StringAssert.Contains(message, "Negatives");
        StringAssert.Contains(message, "13");
        StringAssert.Contains(message, "12");
    }

    [TestMethod]
    public void Fit_WithValidationRows_TakesNegativesFromTrainingRowsAlone()
    {
        var mlContext = new MLContext(1);
        IDataView data = TinyImages.View(mlContext, 16);
        using NetworkTransformer teacherModel = TrainTeacher(mlContext, data);
        using NetworkTeacher teacher = Teacher.FromModel(teacherModel);
        WcordDistillationOptions options = Options();
        options.ValidationFraction = 0.25;
        options.Negatives = 10;
        // One of the 4 rows of each of the 4 classes is held back: 9 training rows of other classes are left for each.
        StringAssert.Contains(Assert.Throws<ArgumentException>(() => new WcordDistillationEstimator(mlContext, teacher, options).Fit(data)).Message, "Negatives is 10: expected at most 9");
        options.Negatives = 9;
        options.Epochs = 1;
        using NetworkTransformer student = new WcordDistillationEstimator(mlContext, teacher, options).Fit(data);
        Assert.IsTrue(double.IsFinite(student.History!.Epochs[0].Parts["gckt"]));
    }

    private static NetworkTransformer TrainTeacher(MLContext mlContext, IDataView data) =>
        new NetworkTrainingEstimator(mlContext, new NetworkTrainingOptions { Network = "resnet8", Epochs = 2, BatchSize = 16, CropPadding = 0, HorizontalFlip = false, Seed = 1 }).Fit(data);

    private static float[] Logits(NetworkTeacher teacher, torch.Tensor pixels)
    {
        using var scope = torch.NewDisposeScope();
        return [.. teacher.Compute(pixels).Logits.data<float>()];
    }
}
