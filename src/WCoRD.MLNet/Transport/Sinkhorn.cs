using TorchSharp;
using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>Entropic optimal transport, in the log domain, with epsilon scaling.</summary>
/// <remarks>
/// The primal form <c>min &lt;pi, C&gt; - epsilon H(pi)</c> (Cuturi 2013), the dual <c>max sum_i f_i / n + sum_j g_j / m - epsilon sum_ij
/// pi_ij</c>
/// with <c>pi = exp((f_i + g_j - C_ij) / epsilon)</c>: each half of a step is the dual's maximum in <c>f = epsilon
/// logDelta</c>
/// or <c>g = epsilon logSigma</c>. Epsilon falls from the mean cost to its value over at most half of the iterations, while f and g are
/// kept
/// (Schmitzer 2019): begun at a small epsilon, each step would move them by about epsilon only.
/// <para>Where a tolerance is stated, every tenth step is followed by one of <see cref="SinkhornNewton"/>: if parts of the plan are joined
/// by
/// next to nothing, as at small epsilons, the plain steps gain a ten-thousandth each.</para>
/// </remarks>
internal sealed class Sinkhorn : ITransportSolver
{
    private const int CheckEvery = 10;

    // A cosine distance of float32 numbers below this is rounding.
    private const double LeastScale = 1e-6;
    private readonly double _epsilon;
    private readonly bool _isRelative;
    private readonly int _iterations;
    private readonly int _coolingSteps;
    private readonly double? _tolerance;

    private Sinkhorn(double epsilon, bool isRelative, int iterations, double? tolerance)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(epsilon);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(iterations);
        _epsilon = epsilon;
        _isRelative = isRelative;
        _iterations = iterations;
        _tolerance = tolerance;
        _coolingSteps = Math.Min(iterations / 2, (int)Math.Ceiling(4 * Math.Log2(Math.Max(1, 1 / epsilon))));
    }

    /// <param name="epsilon">The regularisation as a share of the mean cost, above 0.</param>
    /// <param name="iterations">The greatest number of iterations, at least 1.</param>
    /// <param name="tolerance">The L1 marginal error at which to stop; null: all iterations are run, and nothing is read back from the
    /// device.</param>
    public static Sinkhorn Relative(double epsilon, int iterations, double? tolerance = null) =>
        new(epsilon, isRelative: true, iterations, tolerance);

    /// <summary>With the regularisation as a cost.</summary>
    /// <inheritdoc cref="Relative"/>
    public static Sinkhorn Absolute(double epsilon, int iterations, double? tolerance = null) =>
        new(epsilon, isRelative: false, iterations, tolerance);

    public TransportResult Solve(TransportProblem problem)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        Tensor cost = problem.CostWithin(_tolerance);
        if (_isRelative)
        {
            cost /= cost.abs().mean().clamp_min(LeastScale);
        }

        Tensor logKernel = cost / -_epsilon;
        Tensor logDelta, logSigma = Cool(cost);
        int done = _coolingSteps;
        while (true)
        {
            using var step = NewDisposeScope();
            (logDelta, logSigma) = Step(logKernel, logSigma);
            done++;
            if (done == _iterations
                || (_tolerance is { } tolerance && done % CheckEvery == 0 && IsFound(logKernel + logDelta + logSigma, tolerance)))
            {
                var plan = (logKernel + logDelta + logSigma).exp();
                return new TransportResult(plan, problem, done, _tolerance).MoveToOuterDisposeScope().MoveToOuterDisposeScope();
            }

            if (_tolerance is not null && done % CheckEvery == 0)
            {
                logSigma = SinkhornNewton.Improve(logKernel, logDelta, logSigma);
            }

            logSigma.MoveToOuterDisposeScope();
        }
    }

    /// <summary>The first steps, at epsilons that fall from 1 by equal ratios.</summary>
    private Tensor Cool(Tensor cost)
    {
        Tensor logSigma = zeros(1, cost.shape[1], cost.dtype, cost.device);
        double ratio = Math.Pow(_epsilon, 1.0 / Math.Max(1, _coolingSteps));
        for (int done = 0; done < _coolingSteps; done++)
        {
            using var step = NewDisposeScope();
            // g is kept, not g / epsilon.
            logSigma = (Step(cost / -Math.Pow(ratio, done), logSigma).LogSigma / ratio).MoveToOuterDisposeScope();
        }

        return logSigma;
    }

    /// <summary>Sets rows, then columns right.</summary>
    /// <remarks>
    /// <c>delta = 1 / (n Q sigma)</c> makes the rows of <c>diag(delta) Q diag(sigma)</c> sum to 1/n, <c>sigma = 1 / (m Q' delta)</c> its
    /// columns to 1/m. In logarithms: the smallest entries of Q are 0 as numbers, and a row of zeros would divide by zero.
    /// </remarks>
    /// <param name="logKernel">The logarithm of Q, <c>[n, m]</c>.</param>
    /// <param name="logSigma"><c>[1, m]</c>.</param>
    /// <returns><c>[n, 1]</c> and <c>[1, m]</c>.</returns>
    private static (Tensor LogDelta, Tensor LogSigma) Step(Tensor logKernel, Tensor logSigma)
    {
        Tensor logDelta = -Math.Log(logKernel.shape[0]) - (logKernel + logSigma).logsumexp(1, keepdim: true);
        return (logDelta, -Math.Log(logKernel.shape[1]) - (logKernel + logDelta).logsumexp(0, keepdim: true));
    }

    // The columns are right just now, so the rows hold all of the error. Stops for what is not a number, too.
    private static bool IsFound(Tensor logPlan, double tolerance)
    {
        Tensor rows = logPlan.logsumexp(1, keepdim: false).exp();
        return !((rows - (1.0 / logPlan.shape[0])).abs().sum().ToDouble() > tolerance);
    }
}
