using Microsoft.ML.Runtime;
using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>A training's line to its ML.NET environment: what it says, what it is told, and where it computes.</summary>
internal sealed class TrainingChannel : IDisposable
{
    private readonly IHost _host;
    private readonly TrainingOptions _options;
    private readonly IChannel _channel;

    /// <param name="host">The estimator's environment.</param>
    /// <param name="options">The options, which may hold a token to cancel by.</param>
    public TrainingChannel(IHost host, TrainingOptions options)
    {
        (_host, _options) = (host, options);
        _channel = host.Start("Training");
        Ranks = options.Communicator is { Size: > 1 } communicator ? new RankGroup(communicator) : null;
    }

    /// <summary>The processes that train together; null: this one alone.</summary>
    public RankGroup? Ranks { get; }

    /// <summary>Whether the training is to stop.</summary>
    public bool IsCanceled => _options.CancellationToken.IsCancellationRequested || HostAccess.IsCanceled(_host);

    /// <summary>Says what all ranks find, once.</summary>
    public void Say(string text)
    {
        if (Ranks is null or { IsFirst: true })
        {
            _channel.Info(MessageSensitivity.None, text);
        }
    }

    /// <summary>Warns of what all ranks find, once.</summary>
    public void Warn(string doubt)
    {
        if (Ranks is null or { IsFirst: true })
        {
            WarnHere(doubt);
        }
    }

    /// <exception cref="OperationCanceledException">The training is to stop.</exception>
    public void CheckCanceled()
    {
        _options.CancellationToken.ThrowIfCancellationRequested();
        if (HostAccess.IsCanceled(_host))
        {
            throw new OperationCanceledException("The training was stopped by MLContext.CancelExecution.");
        }
    }

    /// <summary>The device that the environment asks for.</summary>
    /// <exception cref="InvalidOperationException">There is no such GPU.</exception>
    public Device FindDevice() => HostAccess.Device(_host, WarnHere);

    /// <summary>Draws a seed from the environment's own stream.</summary>
    public int NextSeed() => HostAccess.NextSeed(_host);

    public void Dispose() => _channel.Dispose();

    private void WarnHere(string doubt) => _channel.Warning(MessageSensitivity.None, doubt);
}
