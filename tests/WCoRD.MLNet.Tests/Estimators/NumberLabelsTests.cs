using Microsoft.ML;
using Microsoft.ML.Data;

namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed class NumberLabelsTests
{
    private readonly MLContext _mlContext = new(1);

    private static NetworkTrainingOptions Options() => new() { Network = "resnet8", Epochs = 1, BatchSize = 16, Seed = 1 };

    [TestMethod]
    public void Fit_LabelsOfAnyType_PredictsTheirValuesInTheirOwnType()
    {
        Check(i => i * 10, ["0", "10", "20", "30"]);
        Check(i => i + 0.5f, ["0.5", "1.5", "2.5", "3.5"]);
        Check(i => i > 1, ["False", "True"]);
        Check(i => (byte)(i + 1), ["1", "2", "3", "4"]);
        Check(i => new DateTime(2020 + i, 1, 1), null);
    }

    [TestMethod]
    [DataRow(DataKind.Byte)]
    [DataRow(DataKind.UInt16)]
    [DataRow(DataKind.UInt32)]
    [DataRow(DataKind.UInt64)]
    public void Fit_KeysOfAnyType_AreTaken(DataKind kind)
    {
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Path, "rows.csv");
        File.WriteAllLines(path, TinyImages.Rows(160).Select((row, i) => $"{i % 4},{string.Join(',', row.Pixels)}"));
        IDataView data = _mlContext.Data.LoadFromTextFile(
            path, [new("Label", kind, [new(0)], new KeyCount(4)), new("Pixels", DataKind.Byte, 1, 192)], separatorChar: ',');
        Assert.AreNotEqual(0ul, ((KeyDataViewType)data.Schema["Label"].Type).Count);
        NetworkTrainingOptions options = Options();
        (options.Epochs, options.CropPadding, options.HorizontalFlip, options.InputShape) = (4, 1, false, [3, TinyImages.Side, TinyImages.Side]);
        using NetworkTransformer model = new NetworkTrainingEstimator(_mlContext, options).Fit(data);
        Assert.IsGreaterThan(0.8, Evaluation.Of(_mlContext, model.Transform(data)).Accuracy);
    }

    [TestMethod]
    public void Save_NumberLabels_LoadsThem()
    {
        IDataView data = View(i => i * 10);
        using var chain = Chain().Fit(data);
        using var stream = new MemoryStream();
        _mlContext.Model.Save(chain, data.Schema, stream);
        stream.Position = 0;
        ITransformer loaded = _mlContext.Model.Load(stream, out _);
        CollectionAssert.AreEqual(chain.Transform(data).GetColumn<int>("Predicted").ToArray(), loaded.Transform(data).GetColumn<int>("Predicted").ToArray());
        (loaded as IDisposable)?.Dispose();
    }

    private Microsoft.ML.Data.EstimatorChain<Microsoft.ML.Transforms.KeyToValueMappingTransformer> Chain() =>
        _mlContext.Transforms.Conversion.MapValueToKey("Label", "Value").Append(_mlContext.MulticlassClassification.Trainers.NetworkTraining(Options()))
            .Append(_mlContext.Transforms.Conversion.MapKeyToValue("Predicted", "PredictedLabel"));

    private IDataView View<T>(Func<int, T> label) =>
        _mlContext.Data.LoadFromEnumerable(TinyImages.Rows(32).Select((row, i) => new Row<T> { Pixels = row.Pixels, Value = label(i % 4) }));

    private void Check<T>(Func<int, T> label, string[]? names)
    {
        IDataView data = View(label);
        using var chain = Chain().Fit(data);
        IDataView scored = chain.Transform(data);
        T[] known = [.. Enumerable.Range(0, 4).Select(label).Distinct()];
        Assert.IsTrue(scored.GetColumn<T>("Predicted").All(known.Contains));
        Assert.AreEqual(scored.Schema["Value"].Type, scored.Schema["Predicted"].Type);
        VBuffer<ReadOnlyMemory<char>> slots = default;
        scored.Schema["Score"].GetSlotNames(ref slots);
        if (names is not null)
        {
            CollectionAssert.AreEqual(names, slots.DenseValues().Select(name => name.ToString()).ToArray());
        }

        Assert.HasCount(known.Length, slots.DenseValues().ToArray());
        Assert.IsGreaterThan(0, _mlContext.MulticlassClassification.Evaluate(scored).ConfusionMatrix.NumberOfClasses);
    }

    private sealed class Row<T>
    {
        [VectorType(3, TinyImages.Side, TinyImages.Side)]
        public byte[] Pixels { get; set; } = [];

        public T Value { get; set; } = default!;
    }
}
