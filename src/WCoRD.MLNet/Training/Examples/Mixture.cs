using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>How the examples of a batch are mixed with each other.</summary>
/// <param name="OwnShare">The share of each example itself, in [0.5, 1].</param>
/// <param name="Partners">The place in the batch of the example that is mixed into each.</param>
internal sealed record Mixture(double OwnShare, long[] Partners)
{
    /// <summary>The mixed values.</summary>
    /// <param name="values"><c>[batch, ...]</c>.</param>
    /// <returns>A new tensor of the same shape.</returns>
    public Tensor Mix(Tensor values)
    {
        using var scope = NewDisposeScope();
        return ((values * OwnShare) + (OfPartners(values) * (1 - OwnShare))).MoveToOuterDisposeScope();
    }

    /// <summary>What belongs to the examples mixed in, such as their labels.</summary>
    public Tensor OfPartners(Tensor values)
    {
        using Tensor partners = tensor(Partners, device: values.device);
        return values.index_select(0, partners);
    }
}
