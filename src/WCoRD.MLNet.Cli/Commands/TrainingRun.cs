using System.CommandLine;
using System.Diagnostics;
using Microsoft.ML;
using Microsoft.ML.Data;
using WCoRD.MLNet.Cli.Models;
using WCoRD.MLNet.Cli.Output;

namespace WCoRD.MLNet.Cli.Commands;

/// <summary>What <c>teach</c> and <c>distill</c> do around a training: check everything first, show progress, save, report.</summary>
internal sealed class TrainingRun : IDisposable
{
    private readonly ParseResult _parsed;
    private readonly TrainingOptions _options;
    private readonly string _out;
    private readonly bool _json;
    private readonly IDataView _data;

    /// <summary>Finds mistakes in options, output path and data before anything costs time.</summary>
    public TrainingRun(ParseResult parsed, TrainingOptions options, CancellationToken cancellationToken)
    {
        _parsed = parsed;
        _options = options;
        _out = parsed.GetRequiredValue(CommonOptions.ModelOut);
        _json = parsed.GetValue(CommonOptions.Json);
        options.CancellationToken = cancellationToken;
        options.Communicator = Ranks.Join();
        options.Validate();
        if (Ranks.IsFirst)
        {
            OutputFile.Check("--out", _out);
        }

        MLContext = CommonOptions.Context(parsed, options.Seed);
        Source = CommonOptions.Source(parsed);
        _data = Source.Rows(MLContext, Cifar100Split.Train, parsed.GetValue(CommonOptions.Limit));
    }

    public MLContext MLContext { get; }

    public DataSource Source { get; }

    /// <summary>Trains, saves and reports.</summary>
    /// <param name="network">The network's name, shown beside the progress.</param>
    /// <param name="method">The method's name, for the report.</param>
    /// <param name="student">What the network sees.</param>
    /// <param name="ofTeacher">Makes of the student's rows what the teacher sees; null: it sees the same.</param>
    /// <param name="probeShare">The share of rows whose labels a linear probe of the features learns from; null: no probe.</param>
    /// <param name="makeTrainer">Makes the trainer, once the options say where progress goes.</param>
    public void Execute(
        string network,
        string? method,
        Modality student,
        IEstimator<ITransformer>? ofTeacher,
        double? probeShare,
        Func<IEstimator<NetworkTransformer>> makeTrainer)
    {
        var watch = Stopwatch.StartNew();
        ReadingProgress? reading = Source is PhotoSource ? new ReadingProgress() : null;
        IDataView rows = reading?.Watch(_data) ?? _data;
        ITransformer? views = student.Stages(MLContext)?.Fit(rows);
        IDataView seen = views?.Transform(rows) ?? rows;
        // What only the teacher sees is no part of the saved model.
        IDataView taught = ofTeacher?.Fit(seen).Transform(seen) ?? seen;
        using NetworkTransformer model = TrainingDisplay.Run(
            MLContext,
            _options,
            network,
            _json,
            () =>
            {
                IEstimator<NetworkTransformer> trainer = makeTrainer();
                return Ranks.Train(() => trainer.Fit(taught));
            },
            reading);
        if (!Ranks.IsFirst)
        {
            return;
        }

        ITransformer? probe = probeShare is { } share
            ? Probe.Fit(MLContext, model, _options.FeaturesColumnName!, DataRows.Share(seen, share))
            : null;
        ITransformer? decoding = Source.Decoding(MLContext)?.Fit(_data);
        ITransformer[] stages = [.. new[] { decoding, views, model, probe }.OfType<ITransformer>()];
        ModelFiles.Save(MLContext, stages.Length == 1 ? model : new TransformerChain<ITransformer>(stages), _data.Schema, _out);
        Report(network, method, model.History, watch.Elapsed);
    }

    public void Dispose() => (_data as IDisposable)?.Dispose();

    private void Report(string network, string? method, TrainingHistory? history, TimeSpan elapsed)
    {
        if (_json)
        {
            JsonOutput.Write(new
            {
                Command = _parsed.CommandResult.Command.Name,
                Network = network,
                Method = method,
                history?.Seed,
                Seconds = Math.Round(elapsed.TotalSeconds, 3),
                Out = _out,
                history?.ReturnedEpoch,
                Epochs = history?.Epochs,
            });
        }
        else
        {
            Console.WriteLine(Invariant($"saved {_out} (seed {history?.Seed}, {elapsed.TotalSeconds:F0} s)"));
        }
    }
}
