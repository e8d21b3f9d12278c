namespace WCoRD.MLNet;

/// <summary>A way to find the plan of a <see cref="TransportProblem"/>.</summary>
internal interface ITransportSolver
{
    /// <returns>The plan, which the caller owns.</returns>
    TransportResult Solve(TransportProblem problem);
}
