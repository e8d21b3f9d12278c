using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>A tensor of a <see cref="NetworkGraph"/>: a name, and what it is for the graph's sample.</summary>
public sealed class GraphValue
{
    internal GraphValue(string name, Tensor sample) => (Name, Sample) = (name, sample);

    /// <summary>Its name in the graph.</summary>
    public string Name { get; }

    /// <summary>Its shape for the graph's sample, a batch of two images.</summary>
    public IReadOnlyList<long> Shape => Sample.shape;

    /// <summary>Its numbers for the graph's sample; of a constant, its own.</summary>
    internal Tensor Sample { get; }
}
