namespace WCoRD.MLNet;

/// <summary>How a step changes the weights.</summary>
public enum OptimizerKind
{
    /// <summary>
    /// Stochastic gradient descent with momentum: <c>b = Momentum b + g + WeightDecay w</c>, <c>w = w - rate b</c>. The papers' own.
    /// </summary>
    Sgd,

    /// <summary>
    /// AdamW (Loshchilov and Hutter, 2019): Adam with betas 0.9 and 0.999 and epsilon 1e-8, and weight decay beside it,
    /// <c>w = w - rate WeightDecay w</c>. Its rates are far smaller, 0.001 and less; its weight decay is often 0.01 to 0.05.
    /// </summary>
    AdamW,
}
