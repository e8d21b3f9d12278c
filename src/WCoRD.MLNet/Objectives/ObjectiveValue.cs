using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>An objective's value for one step.</summary>
/// <param name="Total">The weighted sum to minimise, a scalar with its graph.</param>
/// <param name="Parts">The named parts before weighting (<c>ce</c>, <c>gckt</c>, <c>lckt</c>, <c>kd</c>, ...), detached scalars, in order.</param>
public sealed record ObjectiveValue(Tensor Total, IReadOnlyList<(string Name, Tensor Value)> Parts);
