using TorchSharp;
using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>The exponential moving average of a network's weights over the steps.</summary>
/// <remarks>
/// <c>average = d average + (1 - d) weights</c> with <c>d = min(decay, (1 + n) / (10 + n))</c> after n steps, so that the first weights
/// are soon forgotten. Batch norm's statistics are averaged alike, its counter is copied. It averages the weights of float32, whatever
/// the network computes in.
/// </remarks>
internal sealed class WeightAverage : IDisposable
{
    private const string Updates = "average_updates";
    private const string Averages = "average.";
    private readonly FeatureNetwork _network;
    private readonly double _decay;
    private readonly (Tensor Average, Tensor Current)[] _weights;
    private readonly Tensor _updates = zeros(1, ScalarType.Int64);

    /// <param name="network">The network that learns; it stays its owner's.</param>
    /// <param name="decay">In (0, 1).</param>
    public WeightAverage(FeatureNetwork network, double decay)
    {
        (_network, _decay) = (network, decay);
        Network = network.CopyInPlace();
        _weights = [.. Network.state_dict().Values.Zip(network.state_dict().Values)];
    }

    /// <summary>A network with the averages, which this disposes.</summary>
    public FeatureNetwork Network { get; }

    /// <summary>After a step.</summary>
    public void Update()
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        long steps = _updates[0].ToInt64();
        double kept = Math.Min(_decay, (1.0 + steps) / (10 + steps));
        foreach ((Tensor average, Tensor current) in _weights)
        {
            if (average.is_floating_point())
            {
                average.mul_(kept).add_(current, 1 - kept);
            }
            else
            {
                average.copy_(current);
            }
        }

        _updates[0] = steps + 1;
    }

    /// <summary>The tensors of its state by name; they stay its own.</summary>
    public Dictionary<string, Tensor> State()
    {
        Dictionary<string, Tensor> state = Network.state_dict().ToDictionary(item => Averages + item.Key, item => item.Value);
        state.Add(Updates, _updates);
        return state;
    }

    /// <summary>Begins with the network's weights of now.</summary>
    public void Begin() => Network.TakeWeights(_network);

    public void Dispose()
    {
        Network.Dispose();
        _updates.Dispose();
    }
}
