using Microsoft.ML;
using Microsoft.ML.Data;
using TorchSharp;
using static TorchSharp.torch;
using static WCoRD.MLNet.Tests.ScoringFixture;

namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed class NetworkTransformerTests
{
    private readonly MLContext _context = new(seed: 1);

    [TestMethod]
    public void Score_OfNetwork_IsItsSoftmax()
    {
        using NetworkTransformer model = Model(_context);
        ByteRow[] rows = Rows(3);
        List<ScoredRow> found = Read(_context, model.Transform(_context.Data.LoadFromEnumerable(rows)));

        using var scope = NewDisposeScope();
        using FeatureNetwork network = model.CreateNetwork();
        using IDisposable mode = no_grad();
        for (int i = 0; i < rows.Length; i++)
        {
            NetworkOutput output = network.Compute(InputNormalization.Cifar100.Apply(tensor(rows[i].Pixels.Select(value => (float)value).ToArray(), [1, 3, 8, 8])));
            double[] logits = [.. output.Logits.data<float>().Select(value => (double)value)];
            double sum = logits.Sum(Math.Exp);
            AreClose([.. logits.Select(logit => (float)(Math.Exp(logit) / sum))], found[i].Score);
            AreClose([.. output.Features.data<float>()], found[i].Features);
            Assert.AreEqual((uint)Array.IndexOf(logits, logits.Max()) + 1, found[i].PredictedLabel);
        }
    }

    [TestMethod]
    public void Score_OfFloats_EqualsThatOfBytes()
    {
        using NetworkTransformer model = Model(_context);
        IDataView floats = _context.Data.LoadFromEnumerable(Rows(20).Select(row => new FloatRow { Pixels = [.. row.Pixels.Select(value => (float)value)] }));
        float[][] expected = [.. model.Transform(View(_context, 20)).GetColumn<float[]>("Score")];
        float[][] found = [.. model.Transform(floats).GetColumn<float[]>("Score")];
        for (int i = 0; i < 20; i++)
        {
            CollectionAssert.AreEqual(expected[i], found[i]);
        }
    }

    [TestMethod]
    public void Score_NaNPixel_GivesNaNAndMissingKeyInThisRowOnly()
    {
        using NetworkTransformer model = Model(_context);
        FloatRow[] rows = [.. Rows(3).Select(row => new FloatRow { Pixels = [.. row.Pixels.Select(value => (float)value)] })];
        rows[1].Pixels[5] = float.NaN;
        IDataView scored = model.Transform(_context.Data.LoadFromEnumerable(rows));
        uint[] keys = [.. scored.GetColumn<uint>("PredictedLabel")];
        float[][] scores = [.. scored.GetColumn<float[]>("Score")];
        Assert.AreEqual(0u, keys[1]);
        Assert.IsTrue(scores[1].All(float.IsNaN));
        foreach (int right in (int[])[0, 2])
        {
            Assert.IsTrue(keys[right] is >= 1 and <= Classes);
            Assert.IsFalse(scores[right].Any(float.IsNaN));
        }
    }

    [TestMethod]
    public void Schema_AddedColumns_HaveTypesAndAnnotations()
    {
        using NetworkTransformer model = Model(_context);
        DataViewSchema schema = model.GetOutputSchema(View(_context, 1).Schema);
        Assert.AreEqual(new KeyDataViewType(typeof(uint), Classes), schema["PredictedLabel"].Type);
        Assert.AreEqual(new VectorDataViewType(NumberDataViewType.Single, Classes), schema["Score"].Type);
        Assert.IsTrue(schema["Features"].Type is VectorDataViewType { IsKnownSize: true });
        foreach ((string column, string annotation) in (IEnumerable<(string, string)>)[("PredictedLabel", "KeyValues"), ("Score", "SlotNames"), ("Score", "TrainingLabelValues")])
        {
            VBuffer<ReadOnlyMemory<char>> names = default;
            schema[column].Annotations.GetValue(annotation, ref names);
            CollectionAssert.AreEqual(ClassNames, names.DenseValues().Select(name => name.ToString()).ToArray());
        }

        ReadOnlyMemory<char> kind = default;
        schema["Score"].Annotations.GetValue("ScoreColumnKind", ref kind);
        Assert.AreEqual("MulticlassClassification", kind.ToString());
    }

    [TestMethod]
    public void Evaluate_Rows_CountsRightPredictions()
    {
        using NetworkTransformer model = Model(_context);
        IDataView view = View(_context, 60);
        var names = _context.Data.LoadFromEnumerable(ClassNames.Select(name => new ByteRow { Animal = name }));
        IDataView labelled = _context.Transforms.Conversion.MapValueToKey("Label", "Animal", keyData: _context.Transforms.SelectColumns("Animal").Fit(names).Transform(names)).Fit(view).Transform(view);
        IDataView scored = model.Transform(labelled);
        uint[] labels = [.. scored.GetColumn<uint>("Label")];
        uint[] keys = [.. scored.GetColumn<uint>("PredictedLabel")];
        float[][] scores = [.. scored.GetColumn<float[]>("Score")];

        MulticlassClassificationMetrics metrics = _context.MulticlassClassification.Evaluate(scored, topKPredictionCount: 2);

        Assert.AreEqual(labels.Zip(keys).Count(pair => pair.First == pair.Second) / 60.0, metrics.MicroAccuracy, 1e-9);
        Assert.AreEqual(labels.Select((label, i) => -Math.Log(scores[i][label - 1])).Average(), metrics.LogLoss, 1e-4);
    }

    [TestMethod]
    [DataRow("Absent", "CopyColumns")]
    [DataRow("Text", "ExtractPixels")]
    [DataRow("Id", "ExtractPixels")]
    public void Schema_WrongColumn_IsNamedWithWhatToDo(string column, string advice)
    {
        using NetworkTransformer model = Model(_context, Description with { InputColumnName = column });
        IDataView view = View(_context, 1);
        foreach (Action use in (Action[])[() => model.Transform(view), () => model.GetOutputSchema(view.Schema), () => model.GetRowToRowMapper(view.Schema)])
        {
            string message = Assert.ThrowsExactly<ArgumentException>(use).Message;
            StringAssert.Contains(message, $"'{column}'");
            StringAssert.Contains(message, "3 x 8 x 8");
            StringAssert.Contains(message, advice);
        }
    }

    [TestMethod]
    [DataRow(typeof(double), new[] { 3, 8, 8 }, "ConvertType")]
    [DataRow(typeof(byte), new[] { 0 }, "one size")]
    [DataRow(typeof(byte), new[] { 3, 8, 9 }, "Resize")]
    [DataRow(typeof(byte), new[] { 8, 8, 3 }, "Resize")]
    [DataRow(typeof(float), new[] { 191 }, "Resize")]
    [DataRow(typeof(float), new[] { 3, 64 }, "Resize")]
    public void Schema_WrongType_IsNamedWithWhatToDo(Type item, int[] dimensions, string advice)
    {
        using NetworkTransformer model = Model(_context);
        string message = Assert.ThrowsExactly<ArgumentException>(() => model.GetOutputSchema(Schema(item, dimensions))).Message;
        StringAssert.Contains(message, "'Pixels'");
        StringAssert.Contains(message, advice);
    }

    [TestMethod]
    public void Schema_FlatVectorOfRightSize_IsTaken()
    {
        using NetworkTransformer model = Model(_context);
        Assert.AreEqual(new VectorDataViewType(NumberDataViewType.Single, Classes), model.GetOutputSchema(Schema(typeof(float), [192]))["Score"].Type);
    }

    [TestMethod]
    public void Dispose_ThenUse_BuildsTheNetworkAgain()
    {
        using NetworkTransformer model = Model(_context);
        IDataView view = model.Transform(View(_context, 5));
        List<ScoredRow> before = Read(_context, view);
        model.Dispose();
        model.Dispose();
        List<ScoredRow> after = Read(_context, view);
        for (int i = 0; i < 5; i++)
        {
            CollectionAssert.AreEqual(before[i].Score, after[i].Score);
        }
    }

    [TestMethod]
    public void PredictionEngine_Disposed_LeavesTheModelUsable()
    {
        using NetworkTransformer model = Model(_context);
        ByteRow[] rows = Rows(3);
        List<ScoredRow> expected = Read(_context, model.Transform(_context.Data.LoadFromEnumerable(rows)));
        for (int again = 0; again < 2; again++)
        {
            using PredictionEngine<ByteRow, Prediction> engine = _context.Model.CreatePredictionEngine<ByteRow, Prediction>(model);
            for (int i = 0; i < 3; i++)
            {
                Prediction found = engine.Predict(rows[i]);
                Assert.AreEqual(expected[i].PredictedLabel, found.PredictedLabel);
                AreClose(expected[i].Score, found.Score);
            }
        }
    }

    [TestMethod]
    public void Dispose_ScoringTwice_FreesEveryTensor()
    {
        NetworkTransformer model = Model(_context);
        IDataView view = model.Transform(View(_context, 10));
        _ = Read(_context, view);
        model.Dispose();
        GC.Collect();
        GC.WaitForPendingFinalizers();
        long start = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        _ = Read(_context, view);
        long used = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        _ = Read(_context, view);
        Assert.AreEqual(used, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
        Assert.IsGreaterThan(start, used);
        model.Dispose();
        Assert.AreEqual(start, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [TestMethod]
    public void Network_BuiltInsideACallersScope_OutlivesIt()
    {
        using NetworkTransformer model = Model(_context);
        IDataView view = model.Transform(View(_context, 2));
        model.Dispose();
        float[][] first;
        using (NewDisposeScope())
        {
            first = [.. view.GetColumn<float[]>("Score")];
        }

        float[][] second = [.. view.GetColumn<float[]>("Score")];
        CollectionAssert.AreEqual(first[1], second[1]);
    }

    [TestMethod]
    public void Threads_OnOneModelWhileItIsDisposed_Agree()
    {
        using NetworkTransformer model = Model(_context, Description with { BatchSize = 8 });
        ByteRow[] rows = Rows(24);
        float[][] expected = [.. model.Transform(_context.Data.LoadFromEnumerable(rows)).GetColumn<float[]>("Score")];
        int wrong = 0;
        Exception? fault = null;
        Thread[] threads = [.. Enumerable.Range(0, 8).Select(number => new Thread(() =>
        {
            try
            {
                var context = new MLContext();
                for (int round = 0; round < 2; round++)
                {
                    float[][] found = [.. model.Transform(context.Data.LoadFromEnumerable(rows)).GetColumn<float[]>("Score")];
                    Interlocked.Add(ref wrong, expected.Zip(found).Count(pair => !pair.First.SequenceEqual(pair.Second)));
                    if (number % 3 == 0)
                    {
                        model.Dispose();
                    }
                }
            }
            catch (Exception caught)
            {
                fault = caught;
            }
        }))];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        Assert.IsNull(fault, fault?.ToString());
        Assert.AreEqual(0, wrong);
    }

    private static DataViewSchema Schema(Type item, int[] dimensions)
    {
        PrimitiveDataViewType type = item == typeof(byte) ? NumberDataViewType.Byte : item == typeof(float) ? NumberDataViewType.Single : NumberDataViewType.Double;
        var builder = new DataViewSchema.Builder();
        builder.AddColumn("Pixels", new VectorDataViewType(type, dimensions));
        return builder.ToSchema();
    }
}
