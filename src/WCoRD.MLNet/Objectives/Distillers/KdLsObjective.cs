using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>Soft targets of standardised logits (Sun et al., 2024): the student need not copy the size of the teacher's logits.</summary>
/// <remarks>
/// <c>T^2 KL(softmax(z(t) / T) || softmax(z(s) / T))</c>, mean over the batch, with <c>z(x) = (x - mean(x)) / (1e-7 + deviation(x))</c> of
/// each example. Part <c>kd_ls</c>. T 2 and weight 9 as its authors have.
/// </remarks>
internal sealed class KdLsObjective(double temperature = 2) : ComparingObjective("kd_ls", Logits)
{
    private const double Epsilon = 1e-7;

    protected internal override Tensor Compare(Tensor student, Tensor teacher, int pair, DistillationStep step) =>
        SoftTargetsObjective.Divergence(Standardized(student), Standardized(teacher), temperature);

    private static Tensor Standardized(Tensor logits) =>
        (logits - logits.mean([1], keepdim: true)) / (logits.std([1], unbiased: true, keepdim: true) + Epsilon);
}
