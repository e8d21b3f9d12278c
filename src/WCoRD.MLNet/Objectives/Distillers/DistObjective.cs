using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>
/// DIST (Huang et al., 2022): the teacher's preferences up to scale and shift, among the classes of each example and among the examples of
/// each class.
/// </summary>
/// <remarks>
/// <c>T^2 (beta (1 - mean_b corr(p_s[b, :], p_t[b, :])) + gamma (1 - mean_c corr(p_s[:, c], p_t[:, c])))</c> with Pearson's correlation of
/// the probabilities at temperature T. Part <c>dist</c>.
/// beta 1, gamma 1, T 4 as its authors have on CIFAR-100.
/// </remarks>
internal sealed class DistObjective(double beta = 1, double gamma = 1, double temperature = 4) : ComparingObjective("dist", Logits)
{
    private const double Epsilon = 1e-8;

    public override int MinimumBatchSize => 2;

    internal override bool IsReplayable => true;

    protected internal override Tensor Compare(Tensor student, Tensor teacher, int pair, DistillationStep step)
    {
        Tensor s = nn.functional.softmax(student / temperature, 1), t = nn.functional.softmax(teacher / temperature, 1);
        Tensor between = 1 - Correlations(s, t).mean(), within = 1 - Correlations(s.t(), t.t()).mean();
        return ((between * beta) + (within * gamma)) * (temperature * temperature);
    }

    /// <summary>Pearson's correlation of each row with its partner.</summary>
    private static Tensor Correlations(Tensor first, Tensor second)
    {
        Tensor a = first - first.mean([1], keepdim: true), b = second - second.mean([1], keepdim: true);
        return (a * b).sum(1) / ((a.norm(1) * b.norm(1)) + Epsilon);
    }
}
