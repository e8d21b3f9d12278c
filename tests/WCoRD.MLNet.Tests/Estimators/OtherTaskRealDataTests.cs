using Microsoft.ML;

namespace WCoRD.MLNet.Tests;

/// <summary>The real CIFAR-100: a teacher of its 100 classes, and a student of the 20 coarse ones.</summary>
[TestClass]
[TestCategory("RealData")]
public sealed class OtherTaskRealDataTests
{
    [TestMethod]
    public void Fit_CoarseClassesByATeacherOfFineOnes_LearnsThem()
    {
        var mlContext = new MLContext(1);
        string folder = Path.GetDirectoryName(RealData.Split("train.bin"))!;
        IDataView train = mlContext.Data.TakeRows(mlContext.Data.LoadFromCifar100(folder, Cifar100Split.Train), 1000);
        IDataView test = mlContext.Data.TakeRows(mlContext.Data.LoadFromCifar100(folder, Cifar100Split.Test), 1000);
        using NetworkTeacher teacher = Teacher.FromSafetensors("resnet20", RealData.Teacher("resnet20", "safetensors"), normalization: RealData.TeacherNormalization);
        var options = new DistillationOptions
        {
            Student = "resnet8",
            LabelColumnName = "CoarseLabel",
            Objectives = [Distillers.Named("hint")],
            Epochs = 4,
            Seed = 1,
        };
        using NetworkTransformer student = new DistillationEstimator(mlContext, teacher, options).Fit(train);
        Assert.AreEqual(20, student.Classes);

        // Chance is 5 %, give or take 0.7.
        Assert.IsGreaterThan(0.08, mlContext.MulticlassClassification.Evaluate(student.Transform(test), "CoarseLabel").MicroAccuracy);
        options.SoftTargetWeight = 1;
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => new DistillationEstimator(mlContext, teacher, options).Fit(train)).Message,
            "compares scores class by class: the teacher (resnet20) knows 100 classes, but column 'CoarseLabel' has 20");
    }
}
