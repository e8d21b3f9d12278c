using TorchSharp;
using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>Optimal transport with uniform marginals by inexact proximal point steps; converges to the exact plan, not to a blurred one.</summary>
/// <remarks>
/// <c>Q = exp(-C / beta) * T; delta = 1 / (n Q sigma); sigma = 1 / (m Q' delta); T = diag(delta) Q diag(sigma)</c>, one inner step for each
/// outer one (Xie et al. 2018; the habit of the paper's authors, whose solver for WCoRD is unknown). Here in logarithms: the plan's
/// vanishing entries shrink with every iteration and would underflow, and a row of zeros would divide by zero.
/// </remarks>
internal static class Ipot
{
    private const int CheckEvery = 10;

    /// <param name="cost"><c>[n, m]</c>.</param>
    /// <param name="beta">The proximal weight, above 0.</param>
    /// <param name="iterations">The greatest number of outer iterations, at least 1.</param>
    /// <param name="tolerance">The L1 marginal error and the L1 change of the plan in one iteration at which to stop.</param>
    public static TransportResult Solve(Tensor cost, double beta = 0.5, int iterations = 50, double tolerance = 1e-5)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(beta);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(iterations);
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var kernel = cost.detach().AtLeastSingle() / -beta;
        var (logRows, logColumns) = (Math.Log(cost.shape[0]), Math.Log(cost.shape[1]));
        var plan = zeros_like(kernel);
        var sigma = full(1, cost.shape[1], -logColumns, kernel.dtype, kernel.device);
        var done = 0;
        var settled = false;
        while (done < iterations && !settled)
        {
            using var step = NewDisposeScope();
            var proximal = kernel + plan;
            var delta = -logRows - (proximal + sigma).logsumexp(1, true);
            sigma = (-logColumns - (proximal + delta).logsumexp(0, true)).MoveToOuterDisposeScope();
            var next = (proximal + delta + sigma).MoveToOuterDisposeScope();
            done++;
            if (done % CheckEvery == 0 || done == iterations)
            {
                // The columns are right just now, so the rows hold all of the marginal error.
                var reached = next.exp();
                var rows = (reached.sum(1) - (1.0 / cost.shape[0])).abs().sum();
                var change = (reached - plan.exp()).abs().sum();
                settled = maximum(rows, change).ToDouble() <= tolerance;
            }

            plan.Dispose();
            plan = next;
        }

        return TransportResult.Of(plan.exp(), cost.detach(), done, tolerance, settled);
    }
}
