namespace WCoRD.MLNet;

/// <summary>Makes the solvers that <see cref="TransportSolver"/> names.</summary>
internal static class TransportSolvers
{
    /// <param name="solver">Which.</param>
    /// <param name="regularization">Sinkhorn's epsilon as a share of the mean cost or Ipot's beta, above 0; null: 0.05 or 0.5. Null for
    /// Exact.</param>
    /// <param name="iterations">The greatest number of iterations, at least 1; without meaning for Exact.</param>
    /// <param name="tolerance">
    /// The error at which to stop; null: all iterations are run, and nothing is read back from the device. Without meaning for Exact.
    /// </param>
    /// <exception cref="ArgumentException">A number is out of range or has no meaning for the solver.</exception>
    public static ITransportSolver Create(TransportSolver solver, double? regularization, int iterations, double? tolerance = null) =>
        solver switch
        {
            TransportSolver.Sinkhorn => Sinkhorn.Relative(regularization ?? 0.05, iterations, tolerance),
            TransportSolver.Ipot => new Ipot(regularization ?? 0.5, iterations, tolerance),
            TransportSolver.Exact when regularization is null => new Exact(),
            TransportSolver.Exact => throw new ArgumentException(
                Invariant($"The regularization is {regularization}: ")
                    + "expected null, because TransportSolver.Exact has none. Leave it out, or choose Sinkhorn or Ipot."),
            _ => throw new ArgumentOutOfRangeException(nameof(solver), solver, "expected a solver of TransportSolver."),
        };
}
