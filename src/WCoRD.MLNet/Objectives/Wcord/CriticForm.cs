namespace WCoRD.MLNet;

/// <summary>The form of GCKT's critic. Which one the paper ran is unknown.</summary>
public enum CriticForm
{
    /// <summary>CRD's noise-contrastive loss with a normaliser Z set on the first batch.</summary>
    Nce,

    /// <summary>A (K+1)-way softmax; needs no normaliser.</summary>
    InfoNce,

    /// <summary>
    /// The form of the Kantorovich-Rubinstein dual: mean score of negatives minus mean score of positives, in [-2, 2]. Not the distance
    /// itself: negatives are of other classes, and the critic is not held 1-Lipschitz.
    /// </summary>
    Dual,
}
