using TorchSharp;
using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>What a transport solver found.</summary>
/// <param name="Plan">The plan <c>[n, m]</c>, without graph; the caller frees it.</param>
/// <param name="Cost"><c>&lt;plan, cost&gt;</c>.</param>
/// <param name="Iterations">The iterations that were run.</param>
/// <param name="MarginalError">The larger of the L1 distances of the plan's row and column sums from uniform.</param>
/// <param name="Converged">Whether the solver reached its tolerance.</param>
internal sealed record TransportResult(Tensor Plan, double Cost, int Iterations, double MarginalError, bool Converged) : IDisposable
{
    /// <summary>Frees the plan.</summary>
    public void Dispose() => Plan.Dispose();

    /// <summary>Measures a plan; to be called in the solver's dispose scope.</summary>
    public static TransportResult Of(Tensor plan, Tensor cost, int iterations, double tolerance, bool settled = true)
    {
        var rows = (plan.sum(1) - (1.0 / plan.shape[0])).abs().sum().ToDouble();
        var columns = (plan.sum(0, keepdim: false) - (1.0 / plan.shape[1])).abs().sum().ToDouble();
        var error = Math.Max(rows, columns);
        return new TransportResult(plan.MoveToOuterDisposeScope(), (plan * cost).sum().ToDouble(), iterations, error, settled && error <= tolerance);
    }
}
