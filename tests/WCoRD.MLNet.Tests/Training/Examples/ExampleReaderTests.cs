using Microsoft.ML;
using Microsoft.ML.Data;
using TorchSharp;
using static TorchSharp.torch;

namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed class ExampleReaderTests
{
    private readonly MLContext _mlContext = new(1);

    [TestMethod]
    [DataRow(1L)]
    [DataRow(5_000L)]
    public void Read_MoreThanTheBudget_GivesTheSameTensorsFromFiles(long budget)
    {
        using var scope = NewDisposeScope();
        IDataView data = _mlContext.Transforms.Conversion.ConvertType("Numbers", "Pixels", DataKind.Single).Fit(TinyImages.View(_mlContext, 50)).Transform(TinyImages.View(_mlContext, 50));
        VectorColumn[] columns = [ImageColumn.Find(data.Schema, "option", "Pixels"), VectorColumn.Find(data.Schema, "option", "Numbers")];
        using ExampleReader inMemory = Reader(null), inFiles = Reader(budget);
        (Tensor[] expected, long[] labels) = inMemory.Read(data, columns);
        (Tensor[] found, long[] sameLabels) = inFiles.Read(data, columns);
        Assert.AreEqual((false, true), (inMemory.IsInFiles, inFiles.IsInFiles));
        CollectionAssert.AreEqual(labels, sameLabels);
        foreach ((Tensor first, Tensor second) in expected.Zip(found))
        {
            Assert.AreEqual(first.dtype, second.dtype);
            CollectionAssert.AreEqual(first.shape, second.shape);
            Assert.IsTrue(first.eq(second).all().ToBoolean());
        }

        ExampleReader Reader(long? bytes) => new(LabelColumn.Find(data.Schema, "Label"), keepUnlabelled: false, () => { }, Assert.Fail, bytes);
    }

    [TestMethod]
    public void Fit_RowsBeyondTheBudget_TrainsTheSameModelAndLeavesNoFile()
    {
        IDataView data = TinyImages.View(_mlContext, 64);
        var options = new NetworkTrainingOptions { Network = "resnet8", Epochs = 2, BatchSize = 16, ValidationFraction = 0.25, Seed = 1 };
        using NetworkTransformer whole = new NetworkTrainingEstimator(_mlContext, options).Fit(data);
        string[] before = Folders();
        List<string> lines = [];
        _mlContext.Log += (_, message) => lines.Add(message.Message);
        options.MemoryBudget = 0.001;
        using NetworkTransformer spilled = new NetworkTrainingEstimator(_mlContext, options).Fit(data);
        CollectionAssert.AreEqual(whole.Weights.ToArray(), spilled.Weights.ToArray());
        Assert.IsTrue(lines.Any(line => line.Contains("the rows take more than MemoryBudget (0.001 MiB)", StringComparison.Ordinal)));
        CollectionAssert.IsSubsetOf(Folders(), before);

        options.MemoryBudget = 0;
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => new NetworkTrainingEstimator(_mlContext, options)).Message, "MemoryBudget is 0: expected null or above 0");

        static string[] Folders() => Directory.GetDirectories(Path.GetTempPath(), "wcord-rows*");
    }
}
