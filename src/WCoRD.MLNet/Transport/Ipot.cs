using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>
/// Optimal transport by inexact proximal point steps: nears the exact plan, blurred the less the more iterations are run.
/// </summary>
/// <remarks>
/// <c>T_k = argmin &lt;T, C&gt; + beta KL(T, T_(k-1))</c>, each by one step of Sinkhorn's with <c>Q = exp(-C / beta) * T_(k-1)</c>
/// (Xie et al. 2018; the habit of the paper's authors, whose solver for WCoRD is unknown). After k iterations
/// <c>T = diag(.) exp(-k C / beta) diag(.)</c>: as sharp as <see cref="Sinkhorn"/> with epsilon <c>beta / k</c>, and exact in the limit
/// only. In logarithms, setting rows right is a log-softmax of each row, and columns one of each column, whatever their sum is to be:
/// <c>log T_k = log_softmax_columns(log_softmax_rows(log Q + log sigma_(k-1))) - log m</c>.
/// </remarks>
internal sealed class Ipot : ITransportSolver
{
    private const int CheckEvery = 10;
    private readonly double _beta;
    private readonly int _iterations;
    private readonly double? _tolerance;

    /// <param name="beta">The proximal weight, above 0.</param>
    /// <param name="iterations">The greatest number of iterations, at least 1.</param>
    /// <param name="tolerance">
    /// The L1 marginal error and change of the plan at which to stop; null: all iterations are run, and nothing is read back from the
    /// device.
    /// </param>
    public Ipot(double beta, int iterations, double? tolerance = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(beta);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(iterations);
        _beta = beta;
        _iterations = iterations;
        _tolerance = tolerance;
    }

    public TransportResult Solve(TransportProblem problem)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        Tensor logKernel = problem.CostWithin(_tolerance) / -_beta;
        Tensor logPlan = zeros_like(logKernel), logSigma = zeros(1, problem.Columns, logKernel.dtype, logKernel.device);
        Tensor logScaled = logKernel.alias();
        for (int done = 1; ; done++)
        {
            using var step = NewDisposeScope();
            Tensor rows = nn.functional.log_softmax(logScaled, 1), next = nn.functional.log_softmax(rows, 0);
            if (done == _iterations || (_tolerance is not null && done % CheckEvery == 0))
            {
                double logColumns = Math.Log(problem.Columns);
                var found = new TransportResult(
                    (next - logColumns).exp(), problem, done, _tolerance, done == 1 ? logPlan.alias() : logPlan - logColumns);
                if (done == _iterations || found.Converged)
                {
                    return found.MoveToOuterDisposeScope().MoveToOuterDisposeScope();
                }
            }

            // What the columns were multiplied by is the same in every row.
            Tensor sigma = logSigma + (next[..1] - rows[..1]);
            Tensor scaled = next + logKernel + sigma;
            logPlan.Dispose();
            logSigma.Dispose();
            logScaled.Dispose();
            (logPlan, logSigma, logScaled) =
                (next.MoveToOuterDisposeScope(), sigma.MoveToOuterDisposeScope(), scaled.MoveToOuterDisposeScope());
        }
    }
}
