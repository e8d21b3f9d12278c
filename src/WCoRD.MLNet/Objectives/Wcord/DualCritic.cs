using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>The form of the Kantorovich-Rubinstein dual: the mean of both sides, in [-2, 2].</summary>
/// <remarks><c>mean_k g_k - g_0</c>, mean over the batch: the negative of the dual, to be minimised.</remarks>
internal sealed class DualCritic() : Critic(nameof(DualCritic))
{
    public override Tensor Compute(ContrastiveScores student, ContrastiveScores teacher) => (Side(student) + Side(teacher)) / 2;

    private static Tensor Side(ContrastiveScores scores) =>
        ((scores.Negative.masked_fill(scores.Negative.isneginf(), 0).sum(1) / scores.Count) - scores.Positive).mean();
}
