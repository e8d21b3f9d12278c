namespace WCoRD.MLNet;

/// <summary>How LCKT's transport plan is found. Which solver the paper ran is unknown.</summary>
public enum TransportSolver
{
    /// <summary>Inexact proximal point, the habit of the paper's authors; converges to the exact plan.</summary>
    Ipot,

    /// <summary>Entropic regularisation, in the log domain.</summary>
    Sinkhorn,
}
