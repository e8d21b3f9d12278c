using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>Lets TorchSharp's own modules draw their first weights from a seed, and puts torch's global stream back.</summary>
internal sealed class SeededDraws : IDisposable
{
    private readonly Tensor _state;

    private SeededDraws(int seed)
    {
        _state = random.get_rng_state().DetachFromDisposeScope();
        random.manual_seed(seed);
    }

    public static IDisposable Begin(int seed) => new SeededDraws(seed);

    public void Dispose()
    {
        random.set_rng_state(_state);
        _state.Dispose();
    }
}
