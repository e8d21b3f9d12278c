using TorchSharp;
using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>What a transport solver found. Its measures are read from the device when they are asked for, and only then.</summary>
internal sealed class TransportResult : IDisposable
{
    /// <summary>The error within which a plan counts as found, where none is stated.</summary>
    public const double DefaultTolerance = 1e-5;

    private readonly Tensor _cost;
    private readonly Tensor? _logPlanBefore;
    private readonly double _tolerance;

    /// <param name="plan">The plan <c>[n, m]</c>, which this owns.</param>
    /// <param name="problem">What it solves.</param>
    /// <param name="iterations">The iterations that were run.</param>
    /// <param name="tolerance">What <see cref="Converged"/> goes by; null: <see cref="DefaultTolerance"/>.</param>
    /// <param name="logPlanBefore">
    /// The plan's logarithm one iteration earlier, which this owns, where a plan of right marginals may still move; null: it may not.
    /// </param>
    public TransportResult(Tensor plan, TransportProblem problem, int iterations, double? tolerance = null, Tensor? logPlanBefore = null)
    {
        Plan = plan;
        Iterations = iterations;
        _cost = problem.Cost.detach();
        _tolerance = tolerance ?? DefaultTolerance;
        _logPlanBefore = logPlanBefore;
    }

    /// <summary>The plan <c>[n, m]</c>, without graph.</summary>
    public Tensor Plan { get; }

    /// <summary>The iterations that were run.</summary>
    public int Iterations { get; }

    /// <summary><c>&lt;plan, cost&gt;</c>.</summary>
    public double Cost => Read(() => (Plan.to_type(ScalarType.Float64) * _cost).sum());

    /// <summary>The larger of the L1 distances of the plan's row and column sums from uniform.</summary>
    public double MarginalError => Read(() => maximum(Distance(1), Distance(0)));

    /// <summary>How far the last iteration moved the plan, in L1; 0 where right marginals say all.</summary>
    public double Change => _logPlanBefore is null ? 0 : Read(() => (Plan - _logPlanBefore.exp()).abs().sum());

    /// <summary>Whether the marginal error and the change are within the tolerance.</summary>
    public bool Converged => MarginalError <= _tolerance && Change <= _tolerance;

    /// <summary>Hands the tensors on to the scope outside of the present one.</summary>
    public TransportResult MoveToOuterDisposeScope()
    {
        foreach (Tensor owned in Owned())
        {
            owned.MoveToOuterDisposeScope();
        }

        return this;
    }

    /// <summary>Frees the plan and what is measured by.</summary>
    public void Dispose()
    {
        foreach (Tensor owned in Owned())
        {
            owned.Dispose();
        }
    }

    private static double Read(Func<Tensor> measure)
    {
        using var scope = NewDisposeScope();
        return measure().ToDouble();
    }

    private Tensor Distance(int along) =>
        (Plan.to_type(ScalarType.Float64).sum(along, keepdim: false) - (1.0 / Plan.shape[1 - along])).abs().sum();

    private IEnumerable<Tensor> Owned() => _logPlanBefore is null ? [Plan, _cost] : [Plan, _cost, _logPlanBefore];
}
