using Microsoft.ML;
using Microsoft.ML.Data;
using TorchSharp;

namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed class TeacherModelsTests
{
    private static readonly InputNormalization Unit = new(1 / 255f, [0.5f, 0.5f, 0.5f], [0.25f, 0.25f, 0.25f]);

    [TestMethod]
    public void ToTransformer_ThenFromModel_ScoresAlike()
    {
        var mlContext = new MLContext(1);
        IDataView data = TinyImages.View(mlContext, 6);
        using NetworkTeacher teacher = NetworkTeacher.FromNetwork(NetworkCatalog.Create("resnet8", 4, 3, new torch.Generator(1)), Unit);
        using NetworkTransformer model = teacher.ToTransformer(mlContext, data.Schema);
        using NetworkTeacher again = Teacher.FromModel(model);
        float[][] scores = [.. model.Transform(data).GetColumn<float[]>("Score")];

        using var scope = torch.NewDisposeScope();
        torch.Tensor pixels = torch.tensor(TinyImages.Rows(6).SelectMany(row => row.Pixels).Select(value => (float)value).ToArray()).view(6, 3, 8, 8);
        float[] expected = [.. again.Compute(pixels).Logits.softmax(1).data<float>()];
        float[] found = [.. scores.SelectMany(row => row)];
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.AreEqual(expected[i], found[i], 1e-5f);
        }
    }

    [TestMethod]
    public void FromModel_Chains_FindTheOneNetworkAtAnyDepth()
    {
        var mlContext = new MLContext(1);
        IDataView data = TinyImages.View(mlContext, 6);
        using NetworkTransformer network = ScoringFixture.Model(mlContext);
        ITransformer copy = mlContext.Transforms.CopyColumns("Other", "Pixels").Fit(data);
        TransformerChain<NetworkTransformer> typed = new TransformerChain<ITransformer>(copy).Append(network);
        ITransformer keys = mlContext.Transforms.Conversion.MapKeyToValue("Named", "PredictedLabel").Fit(typed.Transform(data));
        TransformerChain<ITransformer> nested = new(copy, new TransformerChain<ITransformer>(typed, keys));
        using var file = new MemoryStream();
        mlContext.Model.Save(nested, data.Schema, file);
        foreach (ITransformer model in (ITransformer[])[network, typed, nested, mlContext.Model.Load(file, out _)])
        {
            using NetworkTeacher teacher = Teacher.FromModel(model);
            Assert.AreEqual(("resnet8", 8, 8), (teacher.NetworkName, teacher.Height, teacher.Width));
            CollectionAssert.AreEqual(network.Weights.ToArray(), NetworkTransformer.FindIn(model).Weights.ToArray());
        }
    }

    [TestMethod]
    public void FromModel_NoneOrSeveral_ListsWhatIsThere()
    {
        var mlContext = new MLContext(1);
        ITransformer copy = mlContext.Transforms.CopyColumns("Other", "Pixels").Fit(TinyImages.View(mlContext, 6));
        using NetworkTransformer one = ScoringFixture.Model(mlContext), other = ScoringFixture.Model(mlContext, ScoringFixture.Description with { ScoreColumnName = "Again", FeaturesColumnName = null });
        string none = Assert.ThrowsExactly<ArgumentException>(() => Teacher.FromModel(new TransformerChain<ITransformer>(copy, new TransformerChain<ITransformer>(copy)))).Message;
        StringAssert.Contains(none, "no network of this library: found ColumnCopyingTransformer, ColumnCopyingTransformer. ");
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => Teacher.FromModel(new TransformerChain<ITransformer>())).Message, "found no stages");
        string several = Assert.ThrowsExactly<ArgumentException>(() => Teacher.FromModel(new TransformerChain<ITransformer>(one, copy, other))).Message;
        StringAssert.Contains(several, "holds 2 networks of this library: resnet8 (Pixels -> PredictedLabel, Score, Features); resnet8 (Pixels -> PredictedLabel, Again). ");
    }

    [TestMethod]
    public void FromModel_ModelDisposed_StillTeaches()
    {
        var mlContext = new MLContext(1);
        using NetworkTeacher first = NetworkTeacher.FromNetwork(NetworkCatalog.Create("resnet8", 4, 3, new torch.Generator(1)), Unit);
        NetworkTransformer model = first.ToTransformer(mlContext, TinyImages.View(mlContext, 6).Schema);
        using NetworkTeacher teacher = Teacher.FromModel(model);
        model.Dispose();
        using var scope = torch.NewDisposeScope();
        CollectionAssert.AreEqual(new long[] { 2, 4 }, teacher.Compute(torch.zeros(2, 3, 8, 8)).Logits.shape);
    }

    [TestMethod]
    [DataRow("Score", "Label", null, "inputColumnName is 'Score', the name of a column that the model adds")]
    [DataRow("Pixels", "PredictedLabel", null, "labelColumnName is 'PredictedLabel', the name of a column that the model adds")]
    [DataRow("Pixels", "Label", "Score", "featuresColumnName is 'Score', the name of a column that the model adds")]
    [DataRow("Pixels", "Label", "Label", "featuresColumnName is 'Label': expected another name than that of a column read")]
    [DataRow("Pixels", "Label", "Pixels", "featuresColumnName is 'Pixels': expected another name than that of a column read")]
    public void ToTransformer_NameThatHidesAColumn_IsRefused(string input, string label, string? features, string expected)
    {
        var mlContext = new MLContext(1);
        using NetworkTeacher teacher = NetworkTeacher.FromNetwork(NetworkCatalog.Create("resnet8", 4, 3, new torch.Generator(1)), Unit);
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => teacher.ToTransformer(mlContext, TinyImages.View(mlContext, 6).Schema, input, label, features)).Message, expected);
    }

    [TestMethod]
    public void ToTransformer_OtherImagesOrClasses_SaysFoundAndExpected()
    {
        var mlContext = new MLContext(1);
        DataViewSchema schema = TinyImages.View(mlContext, 6).Schema;
        using NetworkTeacher grey = NetworkTeacher.FromNetwork(NetworkCatalog.Create("resnet8", 4, 1, new torch.Generator(1)), new InputNormalization(1, [0f], [1f]));
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => grey.ToTransformer(mlContext, schema)).Message,
            "The teacher (resnet8) reads images of 1 x any x any, but column 'Pixels' holds 3 x 8 x 8 (channels x height x width).");
        using NetworkTeacher five = NetworkTeacher.FromNetwork(NetworkCatalog.Create("resnet8", 5, 3, new torch.Generator(1)), Unit);
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => five.ToTransformer(mlContext, schema)).Message,
            "the teacher (resnet8) knows 5 classes, but column 'Label' has 4.");
    }

    [TestMethod]
    [TestCategory("RealData")]
    [DataRow("resnet20", 68.83)]
    [DataRow("resnet56", 72.63)]
    public void ToTransformer_PublishedTeacher_HasItsAccuracyOnTheTestSet(string network, double expectedPercent)
    {
        var mlContext = new MLContext(1);
        IDataView test = mlContext.Data.LoadFromCifar100(RealData.Split("test.bin"), Cifar100Split.Test);
        using NetworkTeacher teacher = Teacher.FromSafetensors(network, RealData.Teacher(network, "safetensors"), normalization: RealData.TeacherNormalization);
        using NetworkTransformer model = teacher.ToTransformer(mlContext, test.Schema);
        double accuracy = mlContext.MulticlassClassification.Evaluate(model.Transform(test)).MicroAccuracy;
        // One image is 0.01 %: the order of float sums may turn a near tie.
        Assert.AreEqual(expectedPercent, 100 * accuracy, 0.015);
    }
}
