using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>What one side's anchors score against a bank, and what each critic makes of it.</summary>
/// <param name="Positive">The score <c>g = bank row . anchor</c> of each anchor's own row, <c>[batch]</c>.</param>
/// <param name="Negative">The scores of other rows, <c>[batch, negatives]</c>; minus infinity where a row is no negative of the anchor.</param>
/// <param name="Count">The number of negatives K of each anchor, <c>[batch]</c>.</param>
/// <param name="Rows">The number of rows of the bank, N.</param>
internal readonly record struct ContrastiveScores(Tensor Positive, Tensor Negative, Tensor Count, long Rows)
{
    private const double Epsilon = 1e-7;

    /// <summary>The logarithm of <c>Z = N mean(exp(g / tau))</c>, <c>[]</c>.</summary>
    public Tensor LogNormalizer(double temperature)
    {
        var total = (Positive / temperature).logaddexp((Negative / temperature).logsumexp(1, false)).logsumexp(0, false);
        return total - (Count + 1).sum().log() + Math.Log(Rows);
    }

    /// <remarks>
    /// With <c>P = exp(g / tau) / Z</c> and <c>c = K / N</c>: <c>-log(P_0 / (P_0 + c + eps)) - sum_k log(c / (P_k + c + eps))</c>, mean over
    /// the batch. Divided by <c>c + eps</c> both logarithms are softplus functions of <c>log P - log(c + eps)</c>: no exponential can
    /// overflow, and small P_k lose no digits.
    /// </remarks>
    public Tensor Nce(double temperature, Tensor logNormalizer)
    {
        var noise = Count / Rows;
        var logNoise = (noise + Epsilon).log();
        var threshold = logNoise + logNormalizer;
        var attraction = nn.functional.softplus(threshold - (Positive / temperature));
        var repulsion = nn.functional.softplus((Negative / temperature) - threshold.unsqueeze(1)).sum(1);
        return (attraction + repulsion + (Count * (logNoise - noise.log()))).mean();
    }

    /// <remarks><c>-log(exp(g_0 / tau) / sum_{k=0..K} exp(g_k / tau))</c>, mean over the batch.</remarks>
    public Tensor InfoNce(double temperature)
    {
        var positive = Positive / temperature;
        return (positive.logaddexp((Negative / temperature).logsumexp(1, false)) - positive).mean();
    }

    /// <remarks><c>mean_k g_k - g_0</c>, mean over the batch: the negative of the dual, to be minimised.</remarks>
    public Tensor Dual() => ((Negative.masked_fill(Negative.isneginf(), 0).sum(1) / Count) - Positive).mean();
}
