using Microsoft.ML;
using Microsoft.ML.Data;
using static WCoRD.MLNet.Tests.ScoringFixture;

namespace WCoRD.MLNet.Tests;

[TestClass]
public sealed class ScoringDataViewTests
{
    private readonly MLContext _context = new(seed: 1);

    [TestMethod]
    [DataRow(500, 128, 4)]
    [DataRow(256, 128, 2)]
    [DataRow(5, 1, 5)]
    [DataRow(0, 128, 0)]
    public void NetworkCalls_Rows_AreOnePerBatch(int rows, int batch, int calls)
    {
        using NetworkTransformer model = Model(_context, Description with { BatchSize = batch });
        Assert.HasCount(rows, Read(_context, model.Transform(View(_context, rows))));
        Assert.AreEqual(calls, model.NetworkCalls);
    }

    [TestMethod]
    public void Warnings_Passes_AreOneFromTheThirdOn()
    {
        List<string> warnings = Warnings();
        using NetworkTransformer model = Model(_context);
        IDataView view = model.Transform(View(_context, 10));
        foreach (int expected in (int[])[0, 0, 1, 1, 1])
        {
            // A set of cursors is one pass, and what needs no network is none.
            _ = view.GetColumn<int>("Id").Count();
            Array.ForEach(view.GetRowCursorSet([view.Schema["Score"]], 2), cursor => cursor.Dispose());
            Assert.HasCount(expected, warnings);
        }

        StringAssert.Contains(warnings[0], "the network 'resnet8' scores all of them in every pass");
        StringAssert.Contains(warnings[0], "append AppendCacheCheckpoint(mlContext) behind this stage, or read them through mlContext.Data.Cache.");
        Assert.AreEqual(2, Read(_context, model.Transform(View(_context, 2))).Count);
        Assert.HasCount(1, warnings);
    }

    [TestMethod]
    public void Warnings_PassesOfManyThreads_AreOne()
    {
        List<string> warnings = Warnings();
        using NetworkTransformer model = Model(_context);
        IDataView view = model.Transform(View(_context, 1));
        Parallel.For(0, 64, _ => view.GetRowCursor([view.Schema["Score"]]).Dispose());
        Assert.HasCount(1, warnings);
    }

    [TestMethod]
    [DataRow(false, 1)]
    [DataRow(true, 0)]
    public void Warnings_TrainerOfManyPasses_AreNoneBehindACache(bool cached, int expected)
    {
        List<string> warnings = Warnings();
        using NetworkTransformer model = Model(_context);
        IDataView animals = View(_context, 24), rows = _context.Transforms.Conversion.MapValueToKey("Label", "Animal").Fit(animals).Transform(animals);
        IDataView scored = model.Transform(rows);
        int before = model.NetworkCalls;
        _context.MulticlassClassification.Trainers.SdcaMaximumEntropy(maximumNumberOfIterations: 5).Fit(cached ? _context.Data.Cache(scored) : scored);
        Assert.HasCount(expected, warnings);
        if (cached)
        {
            Assert.IsLessThanOrEqualTo(before + 2, model.NetworkCalls);
        }
    }

    private List<string> Warnings()
    {
        var warnings = new List<string>();
        _context.Log += (_, line) =>
        {
            if (line.Message.Contains("AppendCacheCheckpoint", StringComparison.Ordinal))
            {
                lock (warnings)
                {
                    warnings.Add(line.Message);
                }
            }
        };
        return warnings;
    }

    [TestMethod]
    public void NetworkCalls_NoAddedColumnWanted_AreNone()
    {
        using NetworkTransformer model = Model(_context);
        IDataView view = model.Transform(View(_context, 300));
        CollectionAssert.AreEqual(Enumerable.Range(0, 300).ToArray(), view.GetColumn<int>("Id").ToArray());
        Assert.AreEqual(0, model.NetworkCalls);
    }

    [TestMethod]
    [DataRow("Score")]
    [DataRow("PredictedLabel")]
    [DataRow("Features")]
    public void NetworkCalls_OneAddedColumnWanted_AreOnePerBatch(string column)
    {
        using NetworkTransformer model = Model(_context);
        using DataViewRowCursor cursor = model.Transform(View(_context, 130)) is var view ? view.GetRowCursor([view.Schema[column]]) : null!;
        int rows = 0;
        while (cursor.MoveNext())
        {
            rows++;
        }

        Assert.AreEqual(130, rows);
        Assert.AreEqual(2, model.NetworkCalls);
    }

    [TestMethod]
    public void Rows_InBatches_KeepOrderAndValues()
    {
        using NetworkTransformer model = Model(_context, Description with { BatchSize = 7 });
        using NetworkTransformer single = Model(_context, Description with { BatchSize = 1 });
        List<ScoredRow> expected = Read(_context, single.Transform(View(_context, 40)));
        List<ScoredRow> found = Read(_context, model.Transform(View(_context, 40)));
        for (int i = 0; i < 40; i++)
        {
            Assert.AreEqual(i, found[i].Id);
            AreSame(expected[i], found[i]);
        }
    }

    [TestMethod]
    public void Rows_Shuffled_KeepTheirScores()
    {
        using NetworkTransformer model = Model(_context, Description with { BatchSize = 7 });
        List<ScoredRow> expected = Read(_context, model.Transform(View(_context, 40)));
        IDataView view = model.Transform(_context.Data.ShuffleRows(View(_context, 40), seed: 5));
        List<ScoredRow> found = Read(_context, view);
        Assert.IsFalse(found.Select(row => row.Id).SequenceEqual(Enumerable.Range(0, 40)));
        foreach (ScoredRow row in found)
        {
            AreSame(expected[row.Id], row);
        }
    }

    [TestMethod]
    public void CursorSet_Rows_KeepTheirScoresAndAreComplete()
    {
        using NetworkTransformer model = Model(_context, Description with { BatchSize = 7 });
        List<ScoredRow> expected = Read(_context, model.Transform(View(_context, 400)));
        IDataView view = model.Transform(_context.Data.Cache(View(_context, 400)));
        var seen = new HashSet<int>();
        foreach (DataViewRowCursor cursor in view.GetRowCursorSet(view.Schema, 3))
        {
            using (cursor)
            {
                ValueGetter<int> getId = cursor.GetGetter<int>(view.Schema["Id"]);
                ValueGetter<uint> getKey = cursor.GetGetter<uint>(view.Schema["PredictedLabel"]);
                long batch = -1;
                while (cursor.MoveNext())
                {
                    int id = 0;
                    uint key = 0;
                    getId(ref id);
                    getKey(ref key);
                    Assert.IsTrue(seen.Add(id));
                    Assert.AreEqual(expected[id].PredictedLabel, key);
                    Assert.IsGreaterThanOrEqualTo(batch, cursor.Batch);
                    batch = cursor.Batch;
                }
            }
        }

        Assert.HasCount(400, seen);
    }

    [TestMethod]
    public void Cursor_RowIds_AreTheSources()
    {
        using NetworkTransformer model = Model(_context, Description with { BatchSize = 7 });
        IDataView source = _context.Data.ShuffleRows(View(_context, 30), seed: 5);
        CollectionAssert.AreEqual(Ids(source, "Id"), Ids(model.Transform(source), "Score"));
    }

    [TestMethod]
    public void Cursor_BeforeFirstAndAfterLastRow_GivesNoValues()
    {
        using NetworkTransformer model = Model(_context);
        IDataView view = model.Transform(View(_context, 2));
        using DataViewRowCursor cursor = view.GetRowCursor([view.Schema["PredictedLabel"]]);
        ValueGetter<uint> getter = cursor.GetGetter<uint>(view.Schema["PredictedLabel"]);
        uint key = 0;
        Assert.ThrowsExactly<InvalidOperationException>(() => getter(ref key));
        while (cursor.MoveNext())
        {
            getter(ref key);
        }

        Assert.IsFalse(cursor.MoveNext());
        Assert.AreEqual(-1, cursor.Position);
        Assert.ThrowsExactly<InvalidOperationException>(() => getter(ref key));
        Assert.ThrowsExactly<InvalidOperationException>(() => cursor.GetGetter<int>(view.Schema["Id"]));
        Assert.ThrowsExactly<InvalidOperationException>(() => cursor.GetGetter<float>(view.Schema["PredictedLabel"]));
    }

    [TestMethod]
    public void Images_AmongWantedColumns_AreScoredRowByRow()
    {
        using NetworkTransformer model = Model(_context, Description with { FeaturesColumnName = null });
        using MLImage image = MLImage.CreateFromPixels(8, 8, MLPixelFormat.Bgra32, new byte[8 * 8 * 4]);
        IDataView pixels = _context.Transforms.ExtractPixels("Pixels", "Image").Fit(Images(image, 3)).Transform(Images(image, 3));
        IDataView view = model.Transform(pixels);
        int rows = 0;
        using (DataViewRowCursor cursor = view.GetRowCursor([view.Schema["Image"], view.Schema["Score"]]))
        {
            ValueGetter<VBuffer<float>> score = cursor.GetGetter<VBuffer<float>>(view.Schema["Score"]);
            VBuffer<float> values = default;
            for (; cursor.MoveNext(); rows++)
            {
                score(ref values);
            }
        }

        Assert.AreEqual(3, rows);
        Assert.AreEqual(3, model.NetworkCalls);
    }

    private IDataView Images(MLImage image, int count) => _context.Data.LoadFromEnumerable(Enumerable.Repeat(new ImageRow { Image = image }, count));

    private static DataViewRowId[] Ids(IDataView view, string column)
    {
        using DataViewRowCursor cursor = view.GetRowCursor([view.Schema[column]]);
        ValueGetter<DataViewRowId> getter = cursor.GetIdGetter();
        var ids = new List<DataViewRowId>();
        while (cursor.MoveNext())
        {
            DataViewRowId id = default;
            getter(ref id);
            ids.Add(id);
        }

        return [.. ids];
    }

    private static void AreSame(ScoredRow expected, ScoredRow found)
    {
        Assert.AreEqual(expected.Id, found.Id);
        Assert.AreEqual($"row {found.Id}", found.Text);
        Assert.AreEqual(expected.PredictedLabel, found.PredictedLabel);
        AreClose(expected.Score, found.Score);
        AreClose(expected.Features, found.Features);
    }

    private sealed class ImageRow
    {
        [Microsoft.ML.Transforms.Image.ImageType(8, 8)]
        public MLImage? Image { get; set; }
    }
}
