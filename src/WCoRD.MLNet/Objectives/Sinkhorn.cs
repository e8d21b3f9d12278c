using TorchSharp;
using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>Entropic optimal transport with uniform marginals, in the log domain.</summary>
/// <remarks>
/// Minimises <c>&lt;P, C&gt; - epsilon H(P)</c>: <c>log P = f + g - C / epsilon</c> with f and g set in turn so that rows sum to 1/n and
/// columns to 1/m (Cuturi 2013). Logarithms stay finite where <c>exp(-C / epsilon)</c> is 0 in float32.
/// </remarks>
internal static class Sinkhorn
{
    // Reading a number back waits for the device: not in every iteration.
    private const int CheckEvery = 10;

    /// <param name="cost"><c>[n, m]</c>.</param>
    /// <param name="epsilon">The regularisation, above 0.</param>
    /// <param name="iterations">The greatest number of iterations, at least 1.</param>
    /// <param name="tolerance">The L1 marginal error at which to stop.</param>
    public static TransportResult Solve(Tensor cost, double epsilon = 0.05, int iterations = 50, double tolerance = 1e-5)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(epsilon);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(iterations);
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var kernel = cost.detach().AtLeastSingle() / -epsilon;
        var (logRow, logColumn) = (-Math.Log(cost.shape[0]), -Math.Log(cost.shape[1]));
        var f = zeros(cost.shape[0], 1, kernel.dtype, kernel.device);
        var g = zeros(1, cost.shape[1], kernel.dtype, kernel.device);
        var done = 0;
        while (done < iterations)
        {
            using var step = NewDisposeScope();
            f = (logRow - (kernel + g).logsumexp(1, true)).MoveToOuterDisposeScope();
            g = (logColumn - (kernel + f).logsumexp(0, true)).MoveToOuterDisposeScope();
            done++;
            if (done % CheckEvery == 0)
            {
                // The columns are right just now, so the rows hold all of the error.
                var error = ((kernel + f + g).logsumexp(1, false).exp() - Math.Exp(logRow)).abs().sum().ToDouble();
                if (error <= tolerance)
                {
                    break;
                }
            }
        }

        return TransportResult.Of((kernel + f + g).exp(), cost.detach(), done, tolerance);
    }
}
