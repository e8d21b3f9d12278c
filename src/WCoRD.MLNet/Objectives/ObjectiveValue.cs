using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>An objective's value for one step.</summary>
/// <param name="total">The weighted sum to minimise, a scalar with its graph.</param>
/// <param name="parts">The named parts before weighting (<c>ce</c>, <c>gckt</c>, <c>lckt</c>, <c>kd</c>, ...), detached scalars, in
/// order.</param>
public sealed class ObjectiveValue(Tensor total, IReadOnlyList<(string Name, Tensor Value)> parts)
{
    /// <summary>The weighted sum to minimise, a scalar with its graph.</summary>
    public Tensor Total { get; } = total;

    /// <summary>The named parts before weighting, detached scalars, in order.</summary>
    public IReadOnlyList<(string Name, Tensor Value)> Parts { get; } = parts;
}
