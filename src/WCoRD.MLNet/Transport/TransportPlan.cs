using System.Text.Json.Serialization;
using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>
/// How LCKT carries a teacher's embeddings onto a student's: the plan <c>pi</c> of <c>min &lt;pi, C&gt;</c>, <c>C_ij = 1 - cos(u_i,
/// v_j)</c>, with uniform marginals.
/// </summary>
/// <remarks>A student that has learned the teacher's geometry carries each example onto itself: the mass lies on the diagonal.</remarks>
[TypeFormatterSource(typeof(HtmlFormatterSource), PreferredMimeTypes = [HtmlFormatterSource.MimeType])]
public sealed class TransportPlan
{
    /// <summary>The plan, <c>[teacher, student]</c>; all of it sums to 1.</summary>
    public required IReadOnlyList<IReadOnlyList<float>> Mass { get; init; }

    /// <summary>The cost of the whole, <c>&lt;pi, C&gt;</c>, between 0 and 2.</summary>
    public required double Cost { get; init; }

    /// <summary>How it was found.</summary>
    public required TransportSolver Solver { get; init; }

    /// <summary>The iterations that were run; 0 for Exact, which does not iterate.</summary>
    public required int Iterations { get; init; }

    /// <summary>The larger of the L1 distances of the plan's row and column sums from uniform.</summary>
    public required double MarginalError { get; init; }

    /// <summary>Whether the solver reached its tolerance.</summary>
    public required bool Converged { get; init; }

    /// <summary>The class name of each example, which stand in the same order on both sides; null where unknown.</summary>
    // Models that were saved by version 0.1 hold it by this name.
    [JsonPropertyName("Classes")]
    public IReadOnlyList<string>? ExampleClasses { get; init; }

    // Null where classes are unknown.
    private double? StayingInClass =>
        ExampleClasses is not { } classes ? null : Mass.Select((row, i) => row.Where((_, j) => classes[i] == classes[j]).Sum()).Sum();

    /// <summary>Finds the plan between two sets of vectors.</summary>
    /// <param name="teacher">The teacher's vectors, all of one size.</param>
    /// <param name="student">The student's, of the same size; as many or not.</param>
    /// <param name="solver">How the plan is found.</param>
    /// <param name="regularization">Sinkhorn's epsilon as a share of the mean cost or Ipot's beta, above 0; null: 0.05 or 0.5. Null for
    /// Exact, which has none.</param>
    /// <param name="iterations">The greatest number of iterations, at least 1: Sinkhorn and Ipot stop before where errors are below 1e-5.
    /// Without meaning for Exact.</param>
    /// <returns>The plan.</returns>
    /// <exception cref="ArgumentException">A side has no vectors, they differ in size or hold numbers that are not finite, or a
    /// regularization is given for Exact.</exception>
    public static TransportPlan Between(
        IReadOnlyList<float[]> teacher,
        IReadOnlyList<float[]> student,
        TransportSolver solver = TransportSolver.Ipot,
        double? regularization = null,
        int iterations = 50)
    {
        ArgumentNullException.ThrowIfNull(teacher);
        ArgumentNullException.ThrowIfNull(student);
        int[] sizes = [.. teacher.Concat(student).Select(vector => vector.Length).Distinct()];
        if (teacher.Count == 0 || student.Count == 0 || sizes is not [> 0])
        {
            throw new ArgumentException(
                Invariant($"teacher has {teacher.Count} and student {student.Count} vector(s), ")
                    + Invariant($"of {InvariantText.Join(" and ", sizes)} numbers: ")
                    + "expected at least one on each side, all of one size above 0. "
                    + "Features of different networks differ in size: take their embeddings or scores.");
        }

        TorchRuntime.EnsureLoaded();
        using var scope = NewDisposeScope();
        var problem = new TransportProblem(CosineDistance.Of(Matrix(teacher), Matrix(student)));
        _ = problem.Read();
        return Of(TransportSolvers.Create(solver, regularization, iterations, TransportResult.DefaultTolerance).Solve(problem), solver);

        Tensor Matrix(IReadOnlyList<float[]> rows) => tensor(rows.SelectMany(row => row).ToArray()).view(rows.Count, sizes[0]);
    }

    internal static TransportPlan Of(TransportResult found, TransportSolver solver)
    {
        using var plan = found.Plan.to(ScalarType.Float32).cpu().contiguous();
        float[] mass = plan.data<float>().ToArray();
        return new TransportPlan
        {
            Mass = [.. mass.Chunk((int)plan.shape[1])],
            Cost = found.Cost,
            Solver = solver,
            Iterations = found.Iterations,
            MarginalError = found.MarginalError,
            Converged = found.Converged,
        };
    }

    internal TransportPlan WithExampleClasses(IReadOnlyList<string> classes) => new()
    {
        Mass = Mass,
        Cost = Cost,
        Solver = Solver,
        Iterations = Iterations,
        MarginalError = MarginalError,
        Converged = Converged,
        ExampleClasses = classes,
    };

    /// <summary>The numbers in a sentence.</summary>
    /// <returns>Text.</returns>
    public override string ToString()
    {
        string staying = StayingInClass is { } share ? Invariant($", {share:P1} of the mass stays within its class") : "";
        string way = Solver == TransportSolver.Exact
            ? ""
            : Invariant($"; {Iterations} iterations, marginal error {MarginalError:E1}{(Converged ? "" : ", not converged")}");
        return Invariant($"transport of {Mass.Count} x {Mass[0].Count} examples by {Solver}: cost {Cost:F4}{staying}{way}");
    }
}
