using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>LCKT, local contrastive knowledge transfer: the cost of moving the batch's student embeddings onto the teacher's.</summary>
/// <remarks>
/// <c>C_ij = 1 - cos(u_i, v_j)</c>, <c>L = &lt;stopgrad(pi*), C&gt;</c> with the plan <c>pi*</c> of uniform marginals. The solver, epsilon
/// and the number of iterations of the paper are unknown. A loss alone in the world of trainable heads can collapse (a constant output
/// costs nothing): it is meant beside GCKT.
/// </remarks>
internal sealed class LocalContrastiveLoss
{
    // The rounding of float32 cosines: a cost below it is none.
    private const double LeastCost = 1e-6;
    private readonly TransportSolver _solver;
    private readonly ITransportSolver _solving;

    /// <param name="solver">How the plan is found.</param>
    /// <param name="regularization">Sinkhorn's epsilon as a share of the mean cost or Ipot's beta, above 0; null: 0.05 or 0.5. Null for
    /// Exact.</param>
    /// <param name="iterations">The number of iterations, at least 1; without meaning for Exact.</param>
    public LocalContrastiveLoss(TransportSolver solver = TransportSolver.Ipot, double? regularization = null, int iterations = 50)
    {
        _solver = solver;
        _solving = TransportSolvers.Create(solver, regularization, iterations);
    }

    /// <summary>Whether its steps can be replayed: an exact plan is found on the CPU.</summary>
    public bool IsReplayable => _solver != TransportSolver.Exact;

    /// <param name="teacher">The teacher's embeddings u, <c>[n, embedding]</c>.</param>
    /// <param name="student">The student's embeddings v, <c>[m, embedding]</c>.</param>
    /// <returns>A scalar.</returns>
    public Tensor Compute(Tensor teacher, Tensor student)
    {
        using var scope = NewDisposeScope();
        var cost = CosineDistance.Of(teacher, student);
        var plan = _solving.Solve(new TransportProblem(cost)).Plan;
        return (plan.to_type(cost.dtype) * cost).sum().MoveToOuterDisposeScope();
    }

    /// <summary>The plan that <see cref="Compute"/> goes by, to be looked at.</summary>
    public TransportPlan Plan(Tensor teacher, Tensor student)
    {
        using var scope = NewDisposeScope();
        return TransportPlan.Of(_solving.Solve(new TransportProblem(CosineDistance.Of(teacher, student))), _solver);
    }

    /// <summary>How far the plan that <see cref="Compute"/> goes by is from an exact one.</summary>
    /// <returns>Its marginal error, and the difference between its cost and the exact one as a share of the latter.</returns>
    public (double MarginalError, double Excess) Measure(Tensor teacher, Tensor student)
    {
        using var scope = NewDisposeScope();
        var problem = new TransportProblem(CosineDistance.Of(teacher, student));
        TransportResult found = _solving.Solve(problem);
        double exact = new Exact().Solve(problem).Cost;
        return (found.MarginalError, Math.Abs(found.Cost - exact) / Math.Max(Math.Abs(exact), LeastCost));
    }
}
