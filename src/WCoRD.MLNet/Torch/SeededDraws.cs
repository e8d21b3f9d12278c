using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>Lets the modules of a registered network draw their first weights from a seed, and puts torch's global stream back.</summary>
/// <remarks>Everything else draws from a generator of its own. One thread at a time: two would draw from each other's seed.</remarks>
internal sealed class SeededDraws : IDisposable
{
    private static readonly Lock Turn = new();
    private readonly Tensor _state;

    private SeededDraws(int seed)
    {
        Turn.Enter();
        _state = random.get_rng_state().DetachFromDisposeScope();
        random.manual_seed(seed);
    }

    public static IDisposable Begin(int seed) => new SeededDraws(seed);

    public void Dispose()
    {
        random.set_rng_state(_state);
        _state.Dispose();
        Turn.Exit();
    }
}
