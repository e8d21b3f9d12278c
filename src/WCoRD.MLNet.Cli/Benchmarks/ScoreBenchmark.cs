using System.Diagnostics;
using Microsoft.ML;
using Microsoft.ML.Data;
using static TorchSharp.torch;

namespace WCoRD.MLNet.Cli.Benchmarks;

/// <summary>Times scoring through ML.NET beside the same network called directly.</summary>
internal sealed class ScoreBenchmark : IDisposable
{
    private const int Repeats = 5;
    private const int Side = 32;

    private readonly string _folder = Directory.CreateTempSubdirectory("wcord-bench").FullName;
    private readonly MLContext _mlContext = new(1);
    private readonly IDataView _rows;
    private readonly double _leastSeconds;

    /// <param name="rows">Rows to score.</param>
    /// <param name="leastSeconds">How long each of five repeats lasts at least.</param>
    public ScoreBenchmark(int rows, double leastSeconds)
    {
        _leastSeconds = leastSeconds;
        SampleImages.Write(_folder, trainCount: rows, testCount: 100);
        _rows = _mlContext.Data.Cache(_mlContext.Data.LoadFromCifar100(_folder, Cifar100Split.Train));
    }

    /// <summary>Times one network with one batch size.</summary>
    public ScoreTimes Time(string network, int batch)
    {
        using NetworkTransformer model = Train(network, batch);
        IDataView scored = model.Transform(_rows);
        double pipeline = Rate(() =>
        {
            int count = 0;
            using DataViewRowCursor cursor = scored.GetRowCursor([scored.Schema["Score"]]);
            ValueGetter<VBuffer<float>> score = cursor.GetGetter<VBuffer<float>>(scored.Schema["Score"]);
            VBuffer<float> value = default;
            for (; cursor.MoveNext(); count++)
            {
                score(ref value);
            }

            return count;
        });

        return new ScoreTimes(network, batch, pipeline, DirectRate(network, model.Classes, batch));
    }

    /// <summary>
    /// The median time of one prediction by a <c>PredictionEngine</c>, and of one image by the network called directly, in milliseconds.
    /// </summary>
    public (double Engine, double Direct) TimeOne(string network)
    {
        using NetworkTransformer model = Train(network, batch: 1);
        using PredictionEngine<Row, Prediction> engine = _mlContext.Model.CreatePredictionEngine<Row, Prediction>(model);
        var row = new Row { Pixels = new byte[3 * Side * Side] };
        var prediction = new Prediction();
        return (1000 / Rate(() =>
        {
            engine.Predict(row, ref prediction);
            return 1;
        }), 1000 / DirectRate(network, model.Classes, batch: 1));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private double DirectRate(string network, int classes, int batch)
    {
        using FeatureNetwork direct = NetworkCatalog.Create(network, classes);
        direct.eval();
        using IDisposable mode = inference_mode();
        using var scope = NewDisposeScope();
        Tensor ready = rand(batch, 3, Side, Side);
        return Rate(() =>
        {
            using Tensor logits = direct.forward(ready);
            return batch;
        });
    }

    // The median over repeats, each long enough for the clock, after one that warms up.
    private double Rate(Func<int> run)
    {
        run();
        double[] rates = new double[Repeats];
        for (int repeat = 0; repeat < Repeats; repeat++)
        {
            long start = Stopwatch.GetTimestamp();
            long count = 0;
            do
            {
                count += run();
            }
            while (Stopwatch.GetElapsedTime(start).TotalSeconds < _leastSeconds);
            rates[repeat] = count / Stopwatch.GetElapsedTime(start).TotalSeconds;
        }

        return Math.Round(rates.Order().ElementAt(Repeats / 2), 1);
    }

    // What it learns does not matter here.
    private NetworkTransformer Train(string network, int batch) =>
        new NetworkTrainingEstimator(_mlContext, new NetworkTrainingOptions { Network = network, Epochs = 1, ScoringBatchSize = batch })
            .Fit(_mlContext.Data.LoadFromCifar100(_folder, Cifar100Split.Test));

    private sealed class Row
    {
        [VectorType(3, Side, Side)]
        public byte[] Pixels { get; set; } = [];
    }

    private sealed class Prediction
    {
        public float[] Score { get; set; } = [];
    }
}
