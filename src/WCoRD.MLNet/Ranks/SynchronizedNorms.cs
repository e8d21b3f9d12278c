using TorchSharp.Modules;
using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>Batch norms that see the batches of all ranks as one, forward and backward.</summary>
/// <remarks>
/// Hooks around each norm of a network: while it learns, its own forward sees one example and its result is replaced. What another process
/// would call its state, weights and statistics, stays where it is.
/// </remarks>
internal sealed class SynchronizedNorms : IDisposable
{
    private readonly RankGroup _ranks;
    private readonly List<nn.Module<Tensor, Tensor>.HookRemover> _hooks = [];
    private Tensor? _input;

    /// <param name="network">The network; it stays its owner's.</param>
    /// <param name="ranks">The ranks.</param>
    public SynchronizedNorms(FeatureNetwork network, RankGroup ranks)
    {
        _ranks = ranks;
        foreach (BatchNorm norm in network.modules().OfType<BatchNorm>())
        {
            _hooks.Add(norm.register_forward_pre_hook(Enter));
            _hooks.Add(norm.register_forward_hook(Leave));
        }
    }

    /// <summary>Whether this rank's examples count.</summary>
    public bool Counts { private get; set; } = true;

    public void Dispose()
    {
        foreach (nn.Module<Tensor, Tensor>.HookRemover hook in _hooks)
        {
            hook.remove();
        }
    }

    private Tensor Enter(nn.Module<Tensor, Tensor> norm, Tensor input)
    {
        if (!norm.training)
        {
            return input;
        }

        _input = input;
        norm.eval();
        return input.detach().narrow(0, 0, 1);
    }

    private Tensor Leave(nn.Module<Tensor, Tensor> norm, Tensor seen, Tensor output)
    {
        if (_input is not { } input)
        {
            return output;
        }

        _input = null;
        norm.train();
        var batchNorm = (BatchNorm)norm;
        Tensor weight = batchNorm.weight ?? ones(input.shape[1], ScalarType.Float32, input.device);
        Tensor bias = batchNorm.bias ?? zeros(input.shape[1], ScalarType.Float32, input.device);
        return SynchronizedNorm.apply(input, weight, bias, batchNorm, _ranks, Counts);
    }
}
