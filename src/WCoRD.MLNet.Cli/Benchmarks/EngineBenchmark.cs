using System.Diagnostics;
using Microsoft.ML;
using Microsoft.ML.Data;
using WCoRD.MLNet.Cli.Models;

namespace WCoRD.MLNet.Cli.Benchmarks;

/// <summary>Measures a model's accuracy, size and speed by each engine; the engines take turns.</summary>
/// <param name="mlContext">The environment.</param>
/// <param name="network">The model's network.</param>
/// <param name="test">Rows with labels and the network's input column.</param>
/// <param name="options">How the network becomes int8.</param>
internal sealed class EngineBenchmark(MLContext mlContext, NetworkTransformer network, IDataView test, OnnxOptions options)
{
    private const int Repeats = 9;
    private const int BatchRows = 32;
    private const int BatchesTimed = 8;
    private const int Predictions = 100;
    private readonly ScoringEngine[] _engines = Enum.GetValues<ScoringEngine>();

    public EngineTimes[] Run()
    {
        NetworkTransformer[] models = [.. _engines.Select(engine => network.WithEngine(engine, options))];
        try
        {
            IDataView predicted = mlContext.Data.Cache(mlContext.Data.TakeRows(test, Predictions), network.InputColumnName);
            IDataView batch = mlContext.Data.Cache(mlContext.Data.TakeRows(test, BatchRows), network.InputColumnName);
            double[][] rates = Alternate(models, model => Rate(model, batch));
            double[][] times = Alternate(models, model => Milliseconds(model, predicted));
            return
            [
                .. models.Select((model, i) =>
                {
                    Accuracy accuracy = Accuracy.Measure(mlContext, model, test);
                    return new EngineTimes(
                        model.Engine, Megabytes(model), accuracy.Top1, accuracy.Top5, Median(rates[i]), rates[i].Min(), rates[i].Max(), Median(times[i]));
                }),
            ];
        }
        finally
        {
            foreach (NetworkTransformer model in models)
            {
                model.Dispose();
            }
        }
    }

    private static double[][] Alternate(NetworkTransformer[] models, Func<NetworkTransformer, double> measure)
    {
        double[][] all = [.. models.Select(_ => new double[Repeats])];
        foreach (NetworkTransformer model in models)
        {
            _ = measure(model);
        }

        for (int repeat = 0; repeat < Repeats; repeat++)
        {
            for (int i = 0; i < models.Length; i++)
            {
                all[i][repeat] = measure(models[i]);
            }
        }

        return all;
    }

    // A view of one batch, so that all models score in batches of the same size, whatever they would take by themselves.
    private static double Rate(NetworkTransformer model, IDataView batch)
    {
        var clock = Stopwatch.StartNew();
        int count = 0;
        for (int i = 0; i < BatchesTimed; i++)
        {
            count += model.Transform(batch).GetColumn<float[]>("Score").Count();
        }

        return count / clock.Elapsed.TotalSeconds;
    }

    // A row-to-row mapper, as a PredictionEngine has one: that needs a class with the size of the pixels.
    private static double Milliseconds(NetworkTransformer model, IDataView rows)
    {
        using DataViewRowCursor cursor = rows.GetRowCursor([rows.Schema[model.InputColumnName]]);
        IRowToRowMapper mapper = ((ITransformer)model).GetRowToRowMapper(rows.Schema);
        DataViewSchema.Column score = mapper.OutputSchema["Score"];
        using DataViewRow row = mapper.GetRow(cursor, [score]);
        ValueGetter<VBuffer<float>> getter = row.GetGetter<VBuffer<float>>(score);
        VBuffer<float> value = default;
        var clock = Stopwatch.StartNew();
        int count = 0;
        for (; count < Predictions && cursor.MoveNext(); count++)
        {
            getter(ref value);
        }

        return clock.Elapsed.TotalMilliseconds / count;
    }

    private double Megabytes(NetworkTransformer model)
    {
        string file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            options.Precision = model.Engine == ScoringEngine.OnnxInt8 ? OnnxPrecision.Int8 : OnnxPrecision.Float32;
            model.SaveOnnx(file, options);
            return new FileInfo(file).Length / 1e6;
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static double Median(double[] values) => values.Order().ElementAt(values.Length / 2);
}
