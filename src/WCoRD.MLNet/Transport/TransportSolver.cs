namespace WCoRD.MLNet;

/// <summary>How LCKT's transport plan is found. Which solver the paper ran is unknown.</summary>
public enum TransportSolver
{
    /// <summary>Inexact proximal point, the habit of the paper's authors: nears the exact plan as iterations grow.</summary>
    Ipot,

    /// <summary>Entropic regularisation, relative to the mean cost, in the log domain: a plan that is blurred by as much.</summary>
    Sinkhorn,

    /// <summary>
    /// The cheapest plan itself, by shortest augmenting paths on the CPU: without regularisation or iterations. A batch's plan is a
    /// permutation.
    /// </summary>
    Exact,
}
