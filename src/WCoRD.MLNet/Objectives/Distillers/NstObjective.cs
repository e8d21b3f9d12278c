using static TorchSharp.torch;

namespace WCoRD.MLNet;

/// <summary>NST, neuron selectivity transfer (Huang and Wang, 2017): the distribution of the channels' patterns in each stage.</summary>
/// <remarks>
/// The squared maximum mean discrepancy between the two networks' channels, each a unit vector over the pixels, with the kernel <c>k(a, b)
/// = (a . b)^2</c>:
/// <c>mean k(t, t) + mean k(s, s) - 2 mean k(s, t)</c>, summed over stages. Part <c>nst</c>. Source: RepDistiller; weight 50 there.
/// </remarks>
internal sealed class NstObjective() : ComparingObjective("nst", Stages)
{
    protected internal override Tensor Compare(Tensor student, Tensor teacher, int pair, DistillationStep step)
    {
        (Tensor ofStudent, Tensor ofTeacher) = SameSize(student, teacher);
        Tensor s = Patterns(ofStudent), t = Patterns(ofTeacher);
        return Kernel(t, t) + Kernel(s, s) - (2 * Kernel(s, t));
    }

    private static Tensor Patterns(Tensor map) => nn.functional.normalize(map.flatten(2), dim: 2);

    private static Tensor Kernel(Tensor a, Tensor b) => a.matmul(b.transpose(1, 2)).square().mean();
}
