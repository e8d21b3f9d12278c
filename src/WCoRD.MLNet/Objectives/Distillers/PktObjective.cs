using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>
/// PKT, probabilistic knowledge transfer (Passalis and Tefas, 2018): the neighbourhoods of the features as probabilities.
/// </summary>
/// <remarks>
/// <c>mean q_t log(q_t / q_s)</c>, where <c>q</c> is <c>(1 + cosine) / 2</c> of two examples' features, divided by its row's sum. Part
/// <c>pkt</c>. Source: RepDistiller; weight 30000 there.
/// </remarks>
internal sealed class PktObjective() : ComparingObjective("pkt", Features)
{
    private const double Epsilon = 1e-7;

    public override int MinimumBatchSize => 2;

    protected internal override Tensor Compare(Tensor student, Tensor teacher, int pair, DistillationStep step)
    {
        Tensor s = Neighbours(student), t = Neighbours(teacher);
        return (t * ((t + Epsilon).log() - (s + Epsilon).log())).mean();
    }

    private static Tensor Neighbours(Tensor features)
    {
        Tensor unit = features.UnitRows();
        Tensor similarity = (unit.matmul(unit.t()) + 1) / 2;
        return similarity / similarity.sum(1, keepdim: true);
    }
}
