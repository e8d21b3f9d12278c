using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>Optimal transport between two sets of n and m points of equal mass.</summary>
/// <remarks>
/// The primal form <c>W = min &lt;pi, C&gt;</c> over the plans <c>pi</c> at least 0 of uniform marginals: rows sum to 1/n, columns to 1/m.
/// Its dual <c>max sum_i f_i / n + sum_j g_j / m</c> with <c>f_i + g_j</c> at most <c>C_ij</c> has the same value.
/// <code>
/// here                the paper and its authors' code
/// Cost                C        C_ij = 1 - cos(u_i, v_j)
/// Plan                pi, T    the plan [n, m]
/// logDelta, logSigma  log of delta [n, 1], sigma [1, m]: what rows and columns are scaled by
/// logKernel           log of A: -C / epsilon or -C / beta
/// logPlan             log of T
/// </code>
/// </remarks>
internal sealed class TransportProblem
{
    /// <param name="cost"><c>[n, m]</c>, n and m at least 1; the gradient does not flow through the plan.</param>
    /// <exception cref="ArgumentException">It is no matrix, or a side is empty.</exception>
    public TransportProblem(Tensor cost)
    {
        if (cost.dim() != 2 || cost.numel() == 0)
        {
            throw new ArgumentException(
                $"The transport cost has the shape [{InvariantText.Join(", ", cost.shape)}]: "
                    + "expected [n, m] with at least one point on each side.",
                nameof(cost));
        }

        Cost = cost.detach().AtLeastSingle();
    }

    /// <summary>The cost <c>[n, m]</c>, at least float32, without graph.</summary>
    public Tensor Cost { get; }

    /// <summary>The cost to solve with: in float64 where a tolerance is asked for.</summary>
    /// <remarks>
    /// Small regularisations make the logarithms large: float32 keeps five digits of <c>C / epsilon = 100</c>, and where parts of the plan
    /// are
    /// joined by next to nothing, rounding is multiplied by as much. A step of a training needs no such end, and float64 takes twice as
    /// long.
    /// </remarks>
    public Tensor CostWithin(double? tolerance) => tolerance is null ? Cost : Cost.to_type(ScalarType.Float64);

    /// <summary>The points on the side of the rows.</summary>
    public long Rows => Cost.shape[0];

    /// <summary>The points on the side of the columns.</summary>
    public long Columns => Cost.shape[1];

    /// <summary>Reads the cost back from its device, row by row.</summary>
    /// <remarks>
    /// Whoever reads, checks. A step of a training does neither: the loss of such a cost is not finite itself, and the trainer says so.
    /// </remarks>
    /// <exception cref="ArgumentException">A number is not finite.</exception>
    public double[] Read()
    {
        using var scope = NewDisposeScope();
        Tensor here = Cost.to_type(ScalarType.Float64).cpu().contiguous();
        double[] costs = here.data<double>().ToArray();
        int fault = Array.FindIndex(costs, value => !double.IsFinite(value));
        return fault < 0
            ? costs
            : throw new ArgumentException(
                Invariant($"The transport cost of row {fault / Columns} and column {fault % Columns} is {costs[fault]}: ")
                    + "expected a finite number. Check the vectors; in a training, lower LearningRate or set MaxGradientNorm.");
    }
}
