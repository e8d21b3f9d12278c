using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace WCoRD.MLNet.Cli.Output;

/// <summary>Listens to what the trainers say in ML.NET's log, but for the epochs, which are shown as such.</summary>
internal sealed class TrainingLog : IDisposable
{
    private const string Source = "Training";
    private const string Epoch = "epoch ";
    private readonly MLContext _mlContext;
    private readonly Action<string, bool> _show;

    /// <param name="mlContext">Whose log.</param>
    /// <param name="show">Shows a line; true where it is a warning.</param>
    public TrainingLog(MLContext mlContext, Action<string, bool> show)
    {
        _mlContext = mlContext;
        _show = show;
        _mlContext.Log += Listen;
    }

    public void Dispose() => _mlContext.Log -= Listen;

    private void Listen(object? sender, LoggingEventArgs log)
    {
        if (!log.Source.EndsWith(Source, StringComparison.Ordinal))
        {
            return;
        }

        if (log.Kind == ChannelMessageKind.Warning)
        {
            _show($"warning: {log.RawMessage}", true);
        }
        else if (log.Kind == ChannelMessageKind.Info && !log.RawMessage.StartsWith(Epoch, StringComparison.Ordinal))
        {
            _show(log.RawMessage, false);
        }
    }
}
