using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>Optimal transport as it stands, without regularisation.</summary>
/// <remarks>
/// <c>min &lt;pi, C&gt;</c> over uniform marginals, by <see cref="ShortestAugmentingPaths"/> on the CPU, in float64: the cost is read back
/// from
/// its device. With n = m an optimal plan is a permutation over n (Birkhoff). Its <see cref="TransportResult.Iterations"/> are 0: it does
/// not iterate.
/// </remarks>
internal sealed class Exact : ITransportSolver
{
    /// <exception cref="ArgumentException">A cost is not finite.</exception>
    public TransportResult Solve(TransportProblem problem)
    {
        using var scope = NewDisposeScope();
        (int rows, int columns) = (checked((int)problem.Rows), checked((int)problem.Columns));
        long[] units = ShortestAugmentingPaths.Find(problem.Read(), rows, columns);
        double all = units.Sum();
        Tensor plan = tensor(Array.ConvertAll(units, count => count / all), [rows, columns], device: problem.Cost.device);
        return new TransportResult(plan, problem, iterations: 0).MoveToOuterDisposeScope();
    }
}
