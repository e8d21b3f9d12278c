using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>A softmax of K + 1 ways, the sum of both sides; needs no normaliser.</summary>
/// <remarks><c>-log(exp(g_0 / tau) / sum_{k=0..K} exp(g_k / tau))</c>, mean over the batch.</remarks>
/// <param name="temperature">tau, above 0.</param>
internal sealed class InfoNceCritic(double temperature) : Critic(nameof(InfoNceCritic))
{
    public override double Scale => 1 / temperature;

    public override Tensor Compute(ContrastiveScores student, ContrastiveScores teacher) => Side(student) + Side(teacher);

    /// <summary>One side's loss.</summary>
    internal static Tensor Side(ContrastiveScores scores) =>
        (scores.Positive.logaddexp(scores.Negative.logsumexp(1, false)) - scores.Positive).mean();
}
