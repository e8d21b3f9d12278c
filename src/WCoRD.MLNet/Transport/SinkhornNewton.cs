using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>A damped Newton step on the dual of entropic transport.</summary>
/// <remarks>
/// For <c>f</c> and <c>g</c> in units of epsilon, after a step of <see cref="Sinkhorn"/> (so that columns sum to 1/m), with the plan's rows
/// r:
/// <c>(diag(r) - m P P') df = 1/n - r</c>, <c>dg = -m P' df</c>. The matrix is the Laplacian of how rows share columns: its diagonal is
/// summed from the others, which keeps faint joints exact; what is added makes it regular along the constants, which change nothing.
/// The step is <c>log(1 + d) / d</c> of that, d the largest <c>|df_i + dg_j|</c>: with exponentials that is always an ascent (Bach 2010).
/// </remarks>
internal static class SinkhornNewton
{
    // Below what float64 can tell of a row's mass.
    private const double Ridge = 1e-14;

    /// <returns>The next <paramref name="logSigma"/>; delta follows by the next step.</returns>
    public static Tensor Improve(Tensor logKernel, Tensor logDelta, Tensor logSigma)
    {
        Tensor plan = (logKernel + logDelta + logSigma).exp();
        (double n, double m) = (plan.shape[0], plan.shape[1]);
        Tensor shared = plan.matmul(plan.t()) * m;
        Tensor others = shared - shared.diagonal().diag();
        Tensor laplacian = (others.sum(1) + (Ridge / n)).diag() - others + (1 / (n * n));
        Tensor rows = linalg.solve(laplacian, (1 / n) - plan.sum(1, keepdim: true));
        Tensor columns = plan.t().matmul(rows) * -m;
        Tensor farthest = maximum(rows.max() + columns.max(), -(rows.min() + columns.min())).clamp_min(double.Epsilon);
        return logSigma + (columns.t() * (farthest.log1p() / farthest));
    }
}
