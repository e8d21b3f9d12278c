using System.Collections.Concurrent;
using Microsoft.ML;
using Microsoft.ML.Data;
using SkiaSharp;

namespace WCoRD.MLNet.Tests;

/// <summary>What a server does with a model of photographs: many threads ask at once, and the file is replaced meanwhile.</summary>
[TestClass]
public sealed class PhotographServingTests
{
    private const int Threads = 16;

    [TestMethod]
    public void Engines_SixteenThreadsAndAReload_GiveTheOldOrTheNewModelsScoresAndNothingElse()
    {
        using var folder = new TemporaryFolder();
        byte[][] uploads = [.. Enumerable.Range(0, 8).Select(i => ImageFiles.Plain(new SKColor((byte)(30 * i), (byte)(255 - (30 * i)), 90), 20, 16))];
        string path = folder.File("model.zip");
        float[][] before = Save(path, uploads, seed: 1), after = Save(folder.File("next.zip"), uploads, seed: 2);
        var pool = new Pool(path);
        var seen = new ConcurrentBag<(int Upload, float[] Score, bool IsLate)>();
        using var reloaded = new ManualResetEventSlim();
        Task[] threads =
        [
            .. Enumerable.Range(0, Threads).Select(thread => Task.Factory.StartNew(
                () =>
                {
                    for (int i = 0; i < 20; i++)
                    {
                        bool isLate = reloaded.IsSet;
                        seen.Add((i % 8, pool.Predict(uploads[i % 8]), isLate));
                        if (i == 10 && thread == 0)
                        {
                            File.Move(folder.File("next.zip"), path, overwrite: true);
                            pool.Reload();
                            reloaded.Set();
                        }
                    }
                },
                TaskCreationOptions.LongRunning)),
        ];
        Task.WaitAll(threads);
        Assert.HasCount(Threads * 20, seen);
        foreach ((int upload, float[] score, bool isLate) in seen)
        {
            bool isNew = score.SequenceEqual(after[upload]);
            Assert.IsTrue(isNew || (!isLate && score.SequenceEqual(before[upload])), $"upload {upload}: {string.Join(' ', score)}");
        }

        Assert.IsTrue(seen.Any(answer => answer.Score.SequenceEqual(before[answer.Upload])) && seen.Any(answer => answer.Score.SequenceEqual(after[answer.Upload])));
    }

    private static float[][] Save(string path, byte[][] uploads, int seed)
    {
        var mlContext = new MLContext(seed);
        IDataView rows = mlContext.Data.LoadFromEnumerable(uploads.Select((bytes, i) => new Row { Image = bytes, Class = i < 4 ? "low" : "high" }));
        var model = mlContext.Transforms.Conversion.MapValueToKey("Label", "Class")
            .Append(mlContext.Transforms.LoadPixels("Pixels", "Image", 8, 8))
            .Append(new NetworkTrainingEstimator(mlContext, new NetworkTrainingOptions { Network = "resnet8", Epochs = 1, BatchSize = 4, CropPadding = 1, Seed = seed, ScoringBatchSize = 1 }))
            .Fit(rows);
        mlContext.Model.Save(model, rows.Schema, path);
        return [.. model.Transform(rows).GetColumn<float[]>("Score")];
    }

    private sealed class Pool(string path)
    {
        private readonly MLContext _mlContext = new();
        private volatile ConcurrentBag<PredictionEngine<Row, Scores>> _engines = [];
        private volatile ITransformer _model = new MLContext().Model.Load(path, out _);

        public float[] Predict(byte[] upload)
        {
            ConcurrentBag<PredictionEngine<Row, Scores>> engines = _engines;
            if (!engines.TryTake(out PredictionEngine<Row, Scores>? engine))
            {
                engine = _mlContext.Model.CreatePredictionEngine<Row, Scores>(_model, new PredictionEngineOptions { OwnsTransformer = false });
            }

            float[] scores = engine.Predict(new Row { Image = upload }).Score;
            engines.Add(engine);
            return scores;
        }

        public void Reload()
        {
            _model = _mlContext.Model.Load(path, out _);
            _engines = [];
        }
    }

    private sealed class Row
    {
        public byte[] Image { get; set; } = [];

        public string Class { get; set; } = "low";
    }

    private sealed class Scores
    {
        public float[] Score { get; set; } = [];
    }
}
