using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>
/// A copy of the student that computes in bfloat16 while the student itself keeps its weights in float32: the optimiser's small steps would
/// be lost in eight bits.
/// </summary>
/// <remarks>Convolutions and linear layers, with their gradients, are bfloat16; batch norm's weights and statistics are float32.</remarks>
internal sealed class LowPrecisionStudent : IDisposable
{
    private readonly FeatureNetwork _copy;
    private readonly (Tensor Master, Tensor Copy)[] _parameters;
    private readonly (Tensor Master, Tensor Copy)[] _buffers;

    /// <param name="master">The student, whose weights are the ones that count.</param>
    public LowPrecisionStudent(FeatureNetwork master)
    {
        _copy = master.Copy().Prepare(folded: false, Precision.BFloat16, master.parameters().First().device);
        _parameters = [.. master.parameters().Zip(_copy.parameters())];
        _buffers = [.. master.buffers().Zip(_copy.buffers())];
    }

    /// <summary>The copy.</summary>
    public FeatureNetwork Network => _copy;

    /// <summary>What the student computes of normalised images, with features and logits in float32.</summary>
    public NetworkOutput Compute(Tensor input)
    {
        using var scope = NewDisposeScope();
        return _copy.Compute(input.to(ScalarType.BFloat16)).WithSingleScores().MoveToOuterDisposeScope();
    }

    /// <summary>After backward: hands the gradients and batch norm's statistics to the student.</summary>
    public void GiveGradients()
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        foreach ((Tensor master, Tensor copy) in _parameters)
        {
            if (copy.grad is { } gradient)
            {
                if (master.grad is { } own)
                {
                    own.copy_(gradient);
                }
                else
                {
                    master.grad = gradient.to(master.dtype);
                }

                copy.grad = null;
            }
        }

        foreach ((Tensor master, Tensor copy) in _buffers)
        {
            master.copy_(copy);
        }
    }

    /// <summary>After the optimiser's step: takes the student's weights.</summary>
    public void TakeWeights()
    {
        using var frozen = no_grad();
        foreach ((Tensor master, Tensor copy) in _parameters)
        {
            copy.copy_(master);
        }
    }

    /// <summary>The time of one batch, forward and backward, in either precision.</summary>
    public static double Measure(string network, int classes, long[] input, Precision precision, Device device)
    {
        FeatureNetwork measured = NetworkCatalog.Create(network, classes, (int)input[1]).Prepare(folded: false, precision, device);
        return PrecisionChoice.Measure(measured, input, precision, device);
    }

    public void Dispose() => _copy.Dispose();
}
