namespace WCoRD.MLNet;

/// <summary>What a <see cref="WcordObjective"/> is made of. Names, defaults and ranges are those of <see cref="WcordDistillationOptions"/>.</summary>
public sealed record WcordObjectiveSettings
{
    /// <summary>The weight of cross-entropy with the labels, at least 0; 0 leaves it out.</summary>
    /// <value>Default 1.</value>
    public double CrossEntropyWeight { get; init; } = 1;

    /// <summary>The weight lambda1 of GCKT, at least 0; 0 leaves it out.</summary>
    /// <value>Default 0.8.</value>
    public double GlobalWeight { get; init; } = 0.8;

    /// <summary>The weight lambda2 of LCKT, at least 0; 0 leaves it out.</summary>
    /// <value>Default 0.05.</value>
    public double LocalWeight { get; init; } = 0.05;

    /// <summary>The weight of soft targets, at least 0; 0 leaves them out.</summary>
    /// <value>Default 0.</value>
    public double SoftTargetWeight { get; init; }

    /// <summary>The temperature of soft targets, above 0.</summary>
    /// <value>Default 4.</value>
    public double SoftTargetTemperature { get; init; } = 4;

    /// <summary>The form of GCKT's critic.</summary>
    /// <value>Default <see cref="CriticForm.Nce"/>.</value>
    public CriticForm Critic { get; init; } = CriticForm.Nce;

    /// <summary>Whether the heads are spectrally normalised.</summary>
    /// <value>Default true.</value>
    public bool SpectralNormalization { get; init; } = true;

    /// <summary>The number of embedding dimensions, at least 1.</summary>
    /// <value>Default 128.</value>
    public int EmbeddingSize { get; init; } = 128;

    /// <summary>The number of negatives for each example; null: 16,384, or all rows of other classes where there are fewer; 0: all rows of other classes.</summary>
    /// <value>Default null.</value>
    public int? Negatives { get; init; }

    /// <summary>The temperature tau of the contrastive scores, above 0.</summary>
    /// <value>Default 0.07.</value>
    public double ContrastiveTemperature { get; init; } = 0.07;

    /// <summary>The share of the old row kept when the memory bank is updated, in [0, 1).</summary>
    /// <value>Default 0.5.</value>
    public double BankMomentum { get; init; } = 0.5;

    /// <summary>The number of embeddings in the queue that takes the memory banks' place; null: banks, with a row for each training row.</summary>
    /// <value>Default null.</value>
    public int? QueueLength { get; init; }

    /// <summary>What banks and queue are kept in.</summary>
    /// <value>Default <see cref="Precision.Float32"/>.</value>
    public Precision BankPrecision { get; init; } = Precision.Float32;

    /// <summary>How LCKT's transport plan is found.</summary>
    /// <value>Default <see cref="TransportSolver.Ipot"/>.</value>
    public TransportSolver TransportSolver { get; init; } = TransportSolver.Ipot;

    /// <summary>Sinkhorn's epsilon as a share of the mean cost or Ipot's beta, above 0; null: 0.05 or 0.5. Null for Exact.</summary>
    /// <value>Default null.</value>
    public double? TransportRegularization { get; init; }

    /// <summary>The number of iterations of the transport solver, at least 1. Without meaning for Exact.</summary>
    /// <value>Default 50.</value>
    public int TransportIterations { get; init; } = 50;
}
