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
    private readonly TransportSolver _solver;
    private readonly double _regularization;
    private readonly int _iterations;

    /// <param name="solver">How the plan is found.</param>
    /// <param name="regularization">Sinkhorn's epsilon or Ipot's beta, above 0; null: 0.05 or 0.5.</param>
    /// <param name="iterations">The greatest number of iterations, at least 1.</param>
    public LocalContrastiveLoss(TransportSolver solver = TransportSolver.Ipot, double? regularization = null, int iterations = 50)
    {
        _solver = solver;
        _regularization = regularization ?? (solver == TransportSolver.Sinkhorn ? 0.05 : 0.5);
        _iterations = iterations;
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(_regularization, nameof(regularization));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(iterations);
    }

    /// <param name="teacher">The teacher's embeddings u, <c>[n, embedding]</c>.</param>
    /// <param name="student">The student's embeddings v, <c>[m, embedding]</c>.</param>
    /// <returns>A scalar.</returns>
    public Tensor Compute(Tensor teacher, Tensor student)
    {
        using var scope = NewDisposeScope();
        var cost = Cost(teacher, student);
        var plan = Solve(cost).Plan;
        return (plan * cost).sum().MoveToOuterDisposeScope();
    }

    /// <summary>The plan that <see cref="Compute"/> goes by, to be looked at.</summary>
    public TransportPlan Plan(Tensor teacher, Tensor student)
    {
        using var scope = NewDisposeScope();
        return TransportPlan.Of(Solve(Cost(teacher, student)), _solver);
    }

    /// <summary>The cost <c>1 - cos(u_i, v_j)</c>, <c>[n, m]</c>.</summary>
    public static Tensor Cost(Tensor teacher, Tensor student)
    {
        using var scope = NewDisposeScope();
        return (1 - teacher.AtLeastSingle().UnitRows().matmul(student.AtLeastSingle().UnitRows().t())).MoveToOuterDisposeScope();
    }

    private TransportResult Solve(Tensor cost) => _solver == TransportSolver.Sinkhorn
        ? Sinkhorn.Solve(cost, _regularization, _iterations)
        : Ipot.Solve(cost, _regularization, _iterations);
}
