using Microsoft.ML;
using Microsoft.ML.Data;
using TorchSharp;
using static TorchSharp.torch;

namespace WCoRD.MLNet.Tests;

/// <summary>Models that others exported, and their runtime.</summary>
[TestClass]
public sealed class OnnxModelsTests
{
    private const int Rows = 3;

    [TestMethod]
    public void RuntimeVersion_InMessages_IsThatOfTheRepository() => StringAssert.Contains(
        File.ReadAllText(Path.Combine(RepositoryFolder.Root, "Directory.Packages.props")),
        $"Include=\"Microsoft.ML.OnnxRuntime\" Version=\"{OnnxSession.RuntimeVersion}\"");

    [TestMethod]
    [TestCategory("Long")]
    public void FromOnnx_MLNetsResNet18_GivesNearlyTheFeaturesOfItsOwnStage()
    {
        LongTest.Require();
        var mlContext = new MLContext(1);
        using var scope = NewDisposeScope();
        // Photographs are smooth: noise would leave nothing of the features that anyone would know again.
        Tensor blocks = rand(Rows, 3, 7, 7, generator: new Generator(1)) * 255;
        Tensor pixels = nn.functional.interpolate(blocks, [224, 224], mode: InterpolationMode.Bilinear, align_corners: false);
        IDataView data = mlContext.Data.LoadFromEnumerable(
            Enumerable.Range(0, Rows).Select(i => new Photo { Label = (uint)(1 + (i % 2)), Pixels = [.. pixels[i].data<float>()] }));
        float[][] expected = [.. mlContext.Transforms
            .DnnFeaturizeImage("Features", input => input.ModelSelector.ResNet18(mlContext, input.OutputColumn, input.InputColumn), "Pixels")
            .Fit(data).Transform(data).GetColumn<float[]>("Features")];

        string path = Path.Combine(AppContext.BaseDirectory, "DnnImageModels", "ResNet18Onnx", "ResNet18.onnx");
        // Its own stage subtracts a mean picture, where a normalisation has the mean of that.
        var normalization = new InputNormalization(1, [123.2f, 115.9f, 103.1f], [1, 1, 1]);
        using Teacher teacher = Teacher.FromOnnx(path, new OnnxTeacherOptions { Normalization = normalization, IsBgr = true });
        BoundTeacher bound = teacher.Bind(
            new DistillationOptions(), data.Schema, ImageColumn.Find(data.Schema, "InputColumnName", "Pixels"), LabelColumn.Find(data.Schema, "Label"));
        Assert.AreEqual((512, 0), (bound.Shapes.Features, bound.Shapes.Classes));
        using TeacherOutputs outputs = bound.CreateOutputs([], new PrecisionChoice(null, Assert.Fail), CPU, Assert.Fail);
        Tensor rows = arange(Rows);
        Tensor found = outputs.Compute(new Batch(rows, rows, rows, pixels, pixels, Augmentation.None.Still(Rows))).Features;
        Tensor own = tensor(expected.SelectMany(row => row).ToArray(), [Rows, 512]);
        Assert.IsLessThan(0.1, ((found - own).norm() / own.norm()).ToDouble());

        // Another picture's are others.
        Assert.IsGreaterThan(0.3, ((found - own.roll(1, 0)).norm() / own.norm()).ToDouble());
    }

    private sealed class Photo
    {
        [KeyType(2)]
        public uint Label { get; set; }

        [VectorType(3, 224, 224)]
        public float[] Pixels { get; set; } = [];
    }
}
