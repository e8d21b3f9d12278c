using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>
/// DKD, decoupled knowledge distillation (Zhao et al., 2022): what the teacher says of the right class, and of all others among themselves.
/// </summary>
/// <remarks>
/// <c>T^2 (alpha KL(b_t || b_s) + beta KL(o_t || o_s))</c>, mean over the batch: <c>b</c> are the probabilities of the right class and of
/// all others together, <c>o</c> those of the other classes alone, both at temperature T.
/// With <c>beta = 1 - p_t(right class)</c> it is soft targets. Examples without a label are left out. Part <c>dkd</c>. alpha 1, beta 8, T 4
/// as its authors have for most pairs.
/// </remarks>
internal sealed class DkdObjective(double alpha = 1, double beta = 8, double temperature = 4) : ComparingObjective("dkd", Logits)
{
    // What the right class's logit loses, so that nothing is left of its probability.
    private const double Far = 1000;

    /// <inheritdoc/>
    /// <value>False: a blend has no one right class.</value>
    public override bool SupportsMixUp => false;

    internal override bool IsReplayable => true;

    protected internal override Tensor Compare(Tensor student, Tensor teacher, int pair, DistillationStep step)
    {
        Tensor labelled = step.Labels.ne(DistillationStep.NoLabel);
        Tensor right = nn.functional.one_hot(step.Labels.clamp_min(0), student.shape[1]).to_type(student.dtype);
        Tensor s = student / temperature, t = teacher / temperature;
        Tensor binary = Divergence(Binary(s, right), Binary(t, right));
        Tensor others = Divergence(nn.functional.log_softmax(s - (right * Far), 1), nn.functional.log_softmax(t - (right * Far), 1));
        Tensor each = (binary * alpha) + (others * beta);
        return (each * labelled.to_type(each.dtype)).sum() * (temperature * temperature) / labelled.sum().clamp_min(1);
    }

    /// <summary>The logarithms of the probabilities of the right class and of all others, <c>[batch, 2]</c>.</summary>
    private static Tensor Binary(Tensor logits, Tensor right)
    {
        Tensor log = nn.functional.log_softmax(logits, 1);
        Tensor ofOthers = (log - (right * Far)).logsumexp(1, keepdim: true);
        return cat([(log * right).sum(1, keepdim: true), ofOthers], 1);
    }

    private static Tensor Divergence(Tensor student, Tensor teacher) => (teacher.exp() * (teacher - student)).sum(1);
}
