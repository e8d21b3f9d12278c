using Microsoft.ML;

namespace WCoRD.MLNet.Tests;

[TestClass]
[TestCategory("RealData")]
public sealed class ScoringEngineRealDataTests
{
    [TestMethod]
    [DataRow(CalibrationKind.MeanSquaredError)]
    [DataRow(CalibrationKind.MinMax)]
    public void WithEngine_OnnxInt8_LosesAtMostHalfAPointOfTheTestSet(CalibrationKind ranges)
    {
        var mlContext = new MLContext(1);
        string folder = Path.GetDirectoryName(RealData.Split("test.bin"))!;
        IDataView train = mlContext.Data.LoadFromCifar100(folder, Cifar100Split.Train), test = mlContext.Data.LoadFromCifar100(folder, Cifar100Split.Test);
        using NetworkTeacher trained = Teacher.FromSafetensors("resnet20", RealData.Teacher("resnet20", "safetensors"), normalization: RealData.TeacherNormalization);
        using NetworkTransformer network = trained.ToTransformer(mlContext, train.Schema);
        using NetworkTransformer floats = network.WithEngine(ScoringEngine.OnnxFloat32);
        using NetworkTransformer whole = network.WithEngine(ScoringEngine.OnnxInt8, new OnnxOptions { CalibrationSet = train, Calibration = ranges });
        double expected = 100 * Evaluation.Of(mlContext, floats.Transform(test)).Accuracy, found = 100 * Evaluation.Of(mlContext, whole.Transform(test)).Accuracy;
        // What its makers measured with libtorch.
        Assert.AreEqual(68.83, expected, 0.02);
        Assert.IsGreaterThanOrEqualTo(expected - 0.5, found);
    }
}
