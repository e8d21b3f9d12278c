using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>The weights of the epoch with the best validation accuracy so far; of equals, the first.</summary>
internal sealed class BestWeights : IDisposable
{
    private const string Prefix = "best.";
    private readonly FeatureNetwork _best;
    private readonly int _patience;

    /// <param name="network">The network that learns.</param>
    /// <param name="patience">How many epochs without a better one end the training.</param>
    public BestWeights(FeatureNetwork network, int patience) => (_best, _patience) = (network.CopyInPlace(), patience);

    /// <summary>The best of some epochs; null: none was validated.</summary>
    public static EpochMetrics? Of(IReadOnlyList<EpochMetrics> epochs) =>
        epochs.Where(epoch => epoch.ValidationAccuracy is not null).MaxBy(epoch => epoch.ValidationAccuracy);

    /// <summary>Whether the last epochs were not better than one before them.</summary>
    public bool IsOver(IReadOnlyList<EpochMetrics> epochs) => Of(epochs) is { } best && epochs[^1].Epoch - best.Epoch >= _patience;

    /// <summary>After an epoch: keeps its weights if it is the best.</summary>
    /// <param name="epochs">All epochs so far.</param>
    /// <param name="validated">The network that was validated.</param>
    public void Keep(IReadOnlyList<EpochMetrics> epochs, FeatureNetwork validated)
    {
        if (Of(epochs) == epochs[^1])
        {
            _best.TakeWeights(validated);
        }
    }

    /// <summary>Gives them to a network.</summary>
    public void GiveTo(FeatureNetwork network) => network.TakeWeights(_best);

    /// <summary>The tensors of its state by name; they stay its own.</summary>
    public Dictionary<string, Tensor> State() => _best.state_dict().ToDictionary(item => Prefix + item.Key, item => item.Value);

    public void Dispose() => _best.Dispose();
}
