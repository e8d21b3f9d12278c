using System.CommandLine;
using System.Diagnostics;
using Microsoft.ML;
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
        options.Validate();
        OutputFile.Check("--out", _out);
        MLContext = new MLContext(options.Seed);
        _data = DataRows.Load(MLContext, parsed.GetRequiredValue(CommonOptions.Data), Cifar100Split.Train, parsed.GetValue(CommonOptions.Limit));
    }

    public MLContext MLContext { get; }

    public void Execute(string network, string? method, Func<IDataView, NetworkTransformer> fit)
    {
        var watch = Stopwatch.StartNew();
        using NetworkTransformer model = TrainingDisplay.Run(_options, network, _json, () => fit(_data));
        ModelFiles.Save(MLContext, model, _data.Schema, _out);
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
                Epochs = history?.Epochs,
            });
        }
        else
        {
            Console.WriteLine($"saved {_out} (seed {history?.Seed}, {elapsed.TotalSeconds:F0} s)");
        }
    }
}
